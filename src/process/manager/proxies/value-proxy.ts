import type { Wait } from "../../../fiber/wait.ts";
import { type Asked, asked } from "../asked.ts";
import { call, Proxied, tell } from "../proxied.ts";

/**
 * A single value in a manager's server, of any kind.
 *
 * multiprocessing: `multiprocessing.managers.ValueProxy`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { Manager } from "fibril/process";
 *
 * spawn(function* () {
 *   const manager = yield* Manager();
 *   const count = yield* manager.Value("i", 5);
 *   yield* count.set(7);
 *   yield* count.add(1);
 *   console.log(yield* count.value); // -> 8
 *   yield* manager.shutdown();
 * });
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: as Python's, which holds anything
export class ValueProxy<T = any> extends Proxied {
  get(): Wait<T> {
    return call(this, "get", []);
  }

  set(value: T): Wait<void> {
    return call(this, "set", [value]);
  }

  /** Read, a Wait for it, as `get`. Set, it goes out at once: what is read after that has it. */
  get value(): Asked<T> {
    return asked(this.get());
  }

  set value(value: T) {
    tell(this, "set", [value]);
  }

  /** Adds to it in one step, and gives what it is then. */
  add(by: number): Wait<number> {
    return call(this, "add", [by]);
  }

  /** Sets it if it is still the expected one, and says whether. */
  compareAndSet(expected: T, value: T): Wait<boolean> {
    return call(this, "compareAndSet", [expected, value]);
  }
}
