import type { Effect } from "effect/Effect";
import { hub } from "../scheduler/hub.ts";
import type { FiberCore } from "./core.ts";
import { checkInline, runInline } from "./run-inline.ts";
import { sleep } from "./sleep.ts";
import type { Body, ErrorOf, ServicesOf } from "./spawn.ts";
import { script, type Wait, type Yieldable } from "./wait.ts";

/**
 * Runs a body or a Wait that no kill, timeout or abort from outside cuts short:
 * they are thrown when it is over. A Timeout that the body itself starts strikes
 * as usual. Keep it short: a program can't be stopped before its end.
 *
 * Effect: `Effect.uninterruptible`.
 *
 * @example
 * ```ts
 * import { kill, sleep, spawn, uninterruptible } from "fibril";
 *
 * function* save() {
 *   yield* uninterruptible(sleep("10 millis"));
 *   console.log("never printed: the kill comes first");
 * }
 * async function main() {
 *   const fiber = spawn(save);
 *   await sleep();
 *   await kill(fiber);
 *   console.log(fiber.status); // -> killed
 * }
 * void main();
 * ```
 */
export function uninterruptible<Y extends Yieldable<unknown, unknown> = never, A = never>(
  body: (() => Body<Y, A>) | Body<Y, A>,
): Wait<A, ErrorOf<Y>, ServicesOf<Y>>;
export function uninterruptible<A, E, R>(wait: Effect<A, E, R>): Wait<A, E, R>;
export function uninterruptible<A>(body: (() => A) | PromiseLike<A>): Wait<Awaited<A>, unknown>;
export function uninterruptible(body: unknown): Wait<unknown, unknown> {
  checkInline(body, "run uninterruptible");
  return script(runMasked, body) as Wait<unknown, unknown>;
}

export function* runMasked(body: unknown): Generator<Yieldable, unknown, never> {
  const { more } = hub.current as FiberCore;
  more.mask++;
  let value: unknown;
  try {
    value = yield* runInline(body);
  } finally {
    more.mask--;
  }
  // What came meanwhile is thrown here and now, not at some later wait.
  if (more.strikes.length > 0) yield* sleep();
  return value;
}
