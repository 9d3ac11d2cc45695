import type { Effect } from "effect/Effect";
import type { FiberState } from "../fiber/fiber-state.ts";
import { checkOptions } from "../fiber/limits.ts";
import { checkInline, runInline } from "../fiber/run-inline.ts";
import type { Body, ErrorOf, ServicesOf } from "../fiber/spawn.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import { hub } from "../scheduler/hub.ts";
import { assertionError } from "./assertion-error.ts";
import { census, type Leak } from "./census.ts";
import { hostTurn } from "./host-turn.ts";
import { TimerCensus } from "./timer-census.ts";

/** What counts as a leak. */
export interface AssertNoLeaksOptions {
  /** Leaks for which it gives true are none. */
  readonly ignore?: ((leak: Leak) => boolean) | undefined;
}

/** A handle may take some turns of the host to close, and a killed fiber some to clean up. */
const MOST_ROUNDS = 10;

/**
 * Runs a body or a Wait in the current fiber and asserts that nothing outlives
 * it: no fiber, timer, link or signal handler, on Node no socket or child process,
 * and nothing that `registerLeakProbe` looks for. Each one is named with the place
 * where it was made, in the message and as `error.leaks`. What the body throws
 * comes first.
 *
 * gevent: `gevent.testing.leakcheck`.
 *
 * @throws AssertionError with `leaks`; TypeError at the call for what is no body.
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { assertNoLeaks } from "fibril/testing";
 *
 * spawn(function* () {
 *   let forgotten = spawn(() => sleep(0));
 *   try {
 *     yield* assertNoLeaks(() => {
 *       forgotten = spawn({ name: "forgotten" }, () => sleep("1 hour"));
 *     });
 *   } catch (error) {
 *     console.log((error as Error).message.includes("fiber forgotten")); // -> true
 *   }
 *   yield* forgotten.kill();
 * });
 * ```
 */
export function assertNoLeaks<Y extends Yieldable<unknown, unknown> = never, A = never>(
  body: (() => Body<Y, A>) | Body<Y, A>,
  options?: AssertNoLeaksOptions,
): Wait<A, ErrorOf<Y>, ServicesOf<Y>>;
export function assertNoLeaks<A, E, R>(
  wait: Effect<A, E, R>,
  options?: AssertNoLeaksOptions,
): Wait<A, E, R>;
export function assertNoLeaks<A>(
  body: (() => A) | PromiseLike<A>,
  options?: AssertNoLeaksOptions,
): Wait<Awaited<A>, unknown>;
export function assertNoLeaks(
  body: unknown,
  options: AssertNoLeaksOptions = {},
): Wait<unknown, unknown> {
  checkInline(body, "run assertNoLeaks");
  checkOptions(options, "assertNoLeaks");
  return script(runCounted, body, options.ignore ?? (() => false)) as Wait<unknown, unknown>;
}

function* runCounted(
  body: unknown,
  ignore: (leak: Leak) => boolean,
): Generator<Yieldable, unknown, never> {
  const before = new Set(census().map(({ thing }) => thing));
  const timers = new TimerCensus(hub.current as FiberState);
  try {
    const value = yield* runInline(body);
    const leaks = () => {
      const come = census().filter(({ thing }) => !before.has(thing));
      const found = come.map(({ leak }) => leak);
      return [...found, ...timers.leaks(found)].filter((leak) => !ignore(leak));
    };
    for (let round = 0; round < MOST_ROUNDS && leaks().length > 0; round++) yield* hostTurn;
    refuse(leaks());
    return value;
  } finally {
    timers.close();
  }
}

function refuse(leaks: readonly Leak[]): void {
  if (leaks.length === 0) return;
  const count = leaks.length === 1 ? "1 thing" : `${leaks.length} things`;
  const lines = leaks.map((leak) => `  ${lineOf(leak)}`);
  const error = assertionError(
    `${count} outlived the body: kill, close, unlink or cancel\n${lines.join("\n")}`,
  );
  throw Object.assign(error, { leaks });
}

function lineOf({ kind, name, doing, site }: Leak): string {
  const what = [kind, name, doing === undefined ? "" : `in ${doing}`].filter((part) => part !== "");
  return `${what.join(" ")}${site === undefined ? "" : `, made at ${site}`}`;
}
