import type { Fiber } from "../fiber/fiber.ts";

/** A call in a fiber that held up every other one. */
export interface BlockingCall {
  readonly kind: "call";
  /** What was called, such as `fs.readFileSync`. */
  readonly call: string;
  /** What to call instead. */
  readonly instead: string;
  /** File, line and column of the call. */
  readonly site: string;
  /** The fiber that called it. */
  readonly fiber: Fiber;
}

/**
 * Something held up the run loop, and with it every fiber, for longer than
 * `maxBlockingTime`. gevent: `gevent.events.EventLoopBlocked`.
 */
export interface EventLoopBlocked {
  readonly kind: "loop";
  /** What it was in: the call that blocks, or else the innermost function; empty if unknown. */
  readonly call: string;
  /** What to do instead. */
  readonly instead: string;
  /** File, line and column in the stack; without one of the fiber's spawn, empty if unknown. */
  readonly site: string;
  /** The fiber that ran; undefined outside of fibers. */
  readonly fiber: Fiber | undefined;
  /** How long it lasted, in milliseconds. */
  readonly duration: number;
  /** The program's frames at the last look, the innermost first; empty but on Node. */
  readonly stack: readonly string[];
}

/**
 * Calls `listener` for each place in the program where a fiber made a call that
 * blocks all of them, once a place, while such calls are reported; and whenever
 * the run loop was held up for longer than `maxBlockingTime`, as soon as it is free
 * again: see `patchAll`. The `kind` tells them apart. Disposing of what it gives
 * ends that.
 *
 * gevent: `gevent.events.EventLoopBlocked`.
 *
 * @example
 * ```ts
 * import fs from "node:fs";
 * import { spawn } from "fibril";
 * import { onBlocking, patchAll } from "fibril/monkey";
 *
 * patchAll();
 * console.warn = () => {};
 * onBlocking(({ call, instead }) => console.log(call, "->", instead));
 * spawn(() => fs.existsSync(".")); // -> fs.existsSync -> fs.promises.access
 * ```
 */
export function onBlocking(
  listener: (blocking: BlockingCall | EventLoopBlocked) => void,
): Disposable {
  listeners.add(listener);
  return { [Symbol.dispose]: () => void listeners.delete(listener) };
}

const listeners = new Set<(blocking: BlockingCall | EventLoopBlocked) => void>();

export function tellBlocking(blocking: BlockingCall | EventLoopBlocked): void {
  for (const listener of [...listeners]) listener(blocking);
}
