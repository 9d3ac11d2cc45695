/**
 * Thrown at a switch to a greenlet that another fiber drives just now, or that
 * is another fiber's own: a greenlet runs in one fiber at a time.
 *
 * gevent: `gevent.exceptions.InvalidSwitchError`; greenlet: `greenlet.error`.
 *
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { getCurrent, InvalidSwitch } from "fibril/greenlet";
 *
 * spawn(function* () {
 *   const own = getCurrent();
 *   spawn(function* () {
 *     try {
 *       yield* own.switch();
 *     } catch (error) {
 *       console.log(error instanceof InvalidSwitch); // -> true
 *     }
 *   });
 *   yield* sleep(1);
 * });
 * ```
 */
export class InvalidSwitch extends Error {
  override readonly name: string = "InvalidSwitch";
  readonly _tag: "InvalidSwitch" = "InvalidSwitch" as const;
}
