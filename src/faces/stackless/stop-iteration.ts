/**
 * Ends the iteration over a channel when it is received there:
 * `yield* channel.sendException(StopIteration)`.
 *
 * Python: `StopIteration`.
 *
 * @example
 * ```ts
 * import { forEach } from "fibril";
 * import { channel, run, StopIteration, tasklet } from "fibril/stackless";
 *
 * const numbers = channel<number>();
 * tasklet(function* () {
 *   yield* numbers.sendSequence([1, 2]);
 *   yield* numbers.sendException(StopIteration);
 * })();
 * tasklet(function* () {
 *   yield* forEach(numbers, (n) => console.log(n));
 *   console.log("end");
 * })();
 * void run().then();
 * // -> 1
 * // -> 2
 * // -> end
 * ```
 */
export class StopIteration extends Error {
  override readonly name: string = "StopIteration";
  readonly _tag: "StopIteration" = "StopIteration" as const;
}
