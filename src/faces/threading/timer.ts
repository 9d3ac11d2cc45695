import type { Input as DurationInput } from "effect/Duration";
import { show } from "../../fiber/body.ts";
import { call } from "../../fiber/call.ts";
import { toMillis } from "../../fiber/delay.ts";
import type { Yieldable } from "../../fiber/wait.ts";
import { Event } from "../../sync/event.ts";
import { Thread, type ThreadOptions } from "./thread.ts";

/** What a timer's function is called with, and how its thread is called. */
export type TimerOptions<Args extends unknown[] = never[]> = Omit<ThreadOptions<Args>, "target">;

/**
 * A thread that calls a function when `interval` has passed since its start; a
 * bare number is milliseconds. `cancel` before that ends it without.
 *
 * threading: `threading.Timer(interval, function, args, kwargs)`; there in seconds.
 *
 * @throws RangeError or TypeError for a bad interval, TypeError for what is no function.
 * @example
 * ```ts
 * import { Timer } from "fibril/threading";
 *
 * const greet = (name: string) => console.log(`Hello ${name}`);
 * new Timer("5 millis", greet, { args: ["Bob"] }).start(); // -> Hello Bob
 * const never = new Timer("1 minute", greet, { args: ["Ann"] });
 * never.start();
 * never.cancel();
 * ```
 */
export class Timer<Args extends unknown[] = never[]> extends Thread<Args> {
  /** Set when the function was called, or the timer cancelled. */
  readonly finished: Event = new Event();
  readonly #millis: number;

  constructor(
    interval: DurationInput,
    fn: (...args: Args) => unknown,
    options: TimerOptions<Args> = {},
  ) {
    if (typeof fn !== "function") {
      throw new TypeError(`Cannot call ${show(fn)} by a Timer: pass a function`);
    }
    super({ ...options, target: fn });
    this.#millis = toMillis(interval, "set a Timer");
  }

  /** Ends the timer, unless the function was called already. */
  cancel(): void {
    this.finished.set();
  }

  override *run(): Generator<Yieldable, void, unknown> {
    yield* this.finished.wait({ timeout: this.#millis });
    if (!this.finished.isSet()) yield* call(() => super.run());
    this.finished.set();
  }
}
