/**
 * Thrown in the second of two fibers that wait on the same side of one socket;
 * the first waits on. Each would get pieces of what was meant for the other.
 *
 * gevent: `gevent.exceptions.ConcurrentObjectUseError`.
 *
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { ConcurrentObjectUseError, listen } from "fibril/server";
 *
 * spawn(function* () {
 *   const listener = yield* listen("127.0.0.1:0");
 *   const first = spawn({ name: "first" }, () => listener.accept());
 *   yield* sleep();
 *   try {
 *     yield* listener.accept();
 *   } catch (error) {
 *     if (error instanceof ConcurrentObjectUseError) console.log(error.first); // -> first
 *   }
 *   yield* first.kill();
 *   yield* listener.close();
 * });
 * ```
 */
export class ConcurrentObjectUseError extends Error {
  override readonly name: string = "ConcurrentObjectUseError";
  readonly _tag: "ConcurrentObjectUseError" = "ConcurrentObjectUseError" as const;
  /** The name of the fiber that waits there. */
  readonly first: string;
  /** The name of the fiber that came second. */
  readonly second: string;

  /** @param what the second one tried, after "Cannot". */
  constructor(what: string, first: string, second: string) {
    super(
      `Cannot ${what} in fiber "${second}": fiber "${first}" already waits there; ` +
        "let one fiber do it and pass on what came, or hold a Lock meanwhile",
    );
    this.first = first;
    this.second = second;
  }
}
