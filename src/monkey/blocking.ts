import type { Fiber } from "../fiber/fiber.ts";
import { placeOf } from "../fiber/site.ts";
import { ENDING } from "../fiber/state.ts";
import { type BlockingCall, tellBlocking } from "./blocking-events.ts";
import { Caller } from "./caller.ts";
import type { HostFunction } from "./function-shape.ts";
import { nearestFiber } from "./owner.ts";
import { runNoted } from "./watchdog/watchdog.ts";

/** What happens when a fiber calls something that blocks all of them. */
export type BlockingMode = "report" | "throw" | "ignore";

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
  readonly kind = "call";
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

export function setBlockingMode(next: BlockingMode): void {
  if (next !== mode) reported.clear();
  mode = next;
}

/** A function of the host that blocks until it is done. */
export function blockingCall(
  call: string,
  instead: string,
): (original: HostFunction) => HostFunction {
  return (original) =>
    function patched(this: unknown, ...args: unknown[]): unknown {
      const fiber = nearestFiber() as Fiber | undefined;
      if (fiber === undefined || fiber.state >= ENDING) return original.apply(this, args);
      if (mode !== "ignore") check(fiber, call, instead, patched);
      return runNoted(fiber, call, instead, () => original.apply(this, args));
    };
}

function check(fiber: Fiber, call: string, instead: string, callee: HostFunction): void {
  const caller = new Caller(callee);
  // The runtime's own, as where it loads a module.
  if (!caller.isUser) return;
  const site = placeOf(caller.frame ?? "");
  const blocking: BlockingCall = { kind: "call", call, instead, fiber, site };
  if (mode === "throw") throw new BlockingCallError(blocking);
  if (reported.has(site)) return;
  reported.add(site);
  console.warn(describe(blocking));
  tellBlocking(blocking);
}

function describe({ call, instead, site, fiber }: BlockingCall): string {
  return `${call} in fiber "${fiber.name}" blocks every fiber (${site}): call ${instead}, which yields`;
}
