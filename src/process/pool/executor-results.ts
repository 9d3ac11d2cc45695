import type { Input as DurationInput } from "effect/Duration";
import { toMillis } from "../../fiber/delay.ts";
import { limited } from "../../fiber/limits.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import { hub } from "../../scheduler/hub.ts";
import type { Results } from "../../sync/imap-results.ts";
import type { Imap } from "./imap.ts";

type Step = IteratorResult<unknown, undefined>;

/** The results of an executor's `map`: the first error ends them, and so does a deadline. */
export class ExecutorResults implements Results<unknown> {
  readonly #imap: Imap;
  readonly #until: number;
  #isOver = false;

  /** @param timeout from now on, for all of them. */
  constructor(imap: Imap, timeout: DurationInput | undefined) {
    this.#imap = imap;
    const millis = timeout === undefined ? Number.POSITIVE_INFINITY : toMillis(timeout, "map");
    this.#until = hub.timers.now() + millis;
  }

  next(): Wait<Step, unknown> {
    return script(ExecutorResults.#next, this as ExecutorResults);
  }

  static *#next(self: ExecutorResults): Generator<Yieldable, Step, never> {
    if (self.#isOver) return { done: true, value: undefined };
    const left = Math.max(0, self.#until - hub.timers.now());
    const next = self.#imap.next();
    try {
      return yield* left === Number.POSITIVE_INFINITY ? next : limited(next, { timeout: left });
    } catch (error) {
      self[Symbol.dispose]();
      throw error;
    }
  }

  return(): Wait<Step, unknown> {
    this.#isOver = true;
    return this.#imap.return();
  }

  [Symbol.asyncIterator](): AsyncIterator<unknown> {
    return this as unknown as AsyncIterator<unknown>;
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#imap[Symbol.dispose]();
  }
}
