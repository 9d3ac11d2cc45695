import { getCurrent } from "./current.ts";
import { isGreenletExit } from "./greenlet-exit.ts";
import { Timeout } from "./timeout.ts";

/**
 * Whether a caught error is there to control the fiber, so that a general
 * `catch` should throw it on: a kill, a Timeout that somebody further out waits
 * for, or the abort of the fiber's own signal.
 *
 * Python has it by class: `except Exception` misses GreenletExit and Timeout.
 *
 * @example
 * ```ts
 * import { GreenletExit, isControl } from "fibril";
 *
 * console.log(isControl(new GreenletExit())); // -> true
 * console.log(isControl(new Error("404"))); // -> false
 * ```
 */
export function isControl(error: unknown): boolean {
  if (isGreenletExit(error)) return true;
  if (error instanceof Timeout) return !error.isMine;
  const signal = getCurrent()?.extra?.controller?.signal;
  if (signal === undefined || !signal.aborted) return false;
  return error === signal.reason || (error instanceof Error && error.name === "AbortError");
}
