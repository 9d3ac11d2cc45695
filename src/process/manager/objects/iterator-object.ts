import type { WaitOptions } from "../../../fiber/limits.ts";
import type { Wait } from "../../../fiber/wait.ts";
import type { PoolResults } from "../../pool/imap.ts";

type Step = IteratorResult<unknown, undefined>;

/** Results of a pool one by one, as they are in the server of a manager. */
export class IteratorObject {
  readonly #results: PoolResults<unknown>;
  /** Those whose reader did not wait any more. */
  readonly #back: Step[] = [];

  constructor(results: PoolResults<unknown>) {
    this.#results = results;
  }

  next(options?: WaitOptions): Step | Wait<Step, unknown> {
    return this.#back.shift() ?? this.#results.next(options);
  }

  return(): Wait<Step, unknown> {
    this.#back.length = 0;
    return this.#results.return();
  }

  giveBack(step: Step): void {
    this.#back.push(step);
  }
}
