import type { Fiber } from "../fiber/fiber.ts";
import { placeOf } from "../fiber/site.ts";
import { ENDING } from "../fiber/state.ts";
import { Caller } from "./caller.ts";
import type { HostFunction } from "./function-shape.ts";
import { nearestFiber } from "./owner.ts";

/** What happens when a fiber calls something that blocks all of them. */
export type BlockingMode = "report" | "throw" | "ignore";

/** A call in a fiber that held up every other one. */
export interface BlockingCall {
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
 * A fiber called something that blocks all of them, where that is forbidden.
 *
 * @example
 * ```ts
 * import { readFileSync } from "node:fs";
 * import { BlockingCallError, patchAll } from "fibril/monkey";
 *
 * patchAll({ blocking: "throw" });
 * console.log(readFileSync.name, BlockingCallError.name); // -> readFileSync BlockingCallError
 * ```
 */
export class BlockingCallError extends Error implements BlockingCall {
  readonly _tag = "BlockingCallError";
  override readonly name = "BlockingCallError";
  readonly call: string;
  readonly instead: string;
  readonly site: string;
  readonly fiber: Fiber;

  constructor(blocking: BlockingCall) {
    super(describe(blocking));
    this.call = blocking.call;
    this.instead = blocking.instead;
    this.site = blocking.site;
    this.fiber = blocking.fiber;
  }
}

let mode: BlockingMode = "ignore";
const reported = new Set<string>();
const listeners = new Set<(blocking: BlockingCall) => void>();

export function setBlockingMode(next: BlockingMode): void {
  if (next !== mode) reported.clear();
  mode = next;
}

/**
 * Calls `listener` for each place in the program where a fiber made a call that
 * blocks all of them, once a place, while such calls are reported: see `patchAll`.
 * Disposing of what it gives ends that.
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
export function onBlocking(listener: (blocking: BlockingCall) => void): Disposable {
  listeners.add(listener);
  return { [Symbol.dispose]: () => void listeners.delete(listener) };
}

/** A function of the host that blocks until it is done. */
export function blockingCall(
  call: string,
  instead: string,
): (original: HostFunction) => HostFunction {
  return (original) =>
    function patched(this: unknown, ...args: unknown[]): unknown {
      if (mode !== "ignore") check(call, instead, patched);
      return original.apply(this, args);
    };
}

function check(call: string, instead: string, callee: HostFunction): void {
  const fiber = nearestFiber() as Fiber | undefined;
  if (fiber === undefined || fiber.state >= ENDING) return;
  const caller = new Caller(callee);
  // The runtime's own, as where it loads a module.
  if (!caller.isUser) return;
  const blocking = { call, instead, fiber, site: placeOf(caller.frame ?? "") };
  if (mode === "throw") throw new BlockingCallError(blocking);
  if (reported.has(blocking.site)) return;
  reported.add(blocking.site);
  console.warn(describe(blocking));
  for (const listener of [...listeners]) listener(blocking);
}

function describe({ call, instead, site, fiber }: BlockingCall): string {
  return `${call} in fiber "${fiber.name}" blocks every fiber (${site}): call ${instead}, which yields`;
}
