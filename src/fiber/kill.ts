import type { Input as DurationInput } from "effect/Duration";
import { hub } from "../scheduler/hub.ts";
import type { FiberCore } from "./core.ts";
import { toMillis } from "./delay.ts";
import { GreenletExit } from "./greenlet-exit.ts";
import { Join } from "./join.ts";
import { DEFAULT_GRACE_MS } from "./killing.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "./limits.ts";
import { sleep } from "./sleep.ts";
import { script, type Wait, type Yieldable } from "./wait.ts";

/** How a fiber is killed, and how long its death is waited for. */
export interface KillOptions extends WaitOptions {
  /**
   * How long the body may go on after the kill was thrown into it; then every
   * park throws it again. "5 seconds" if absent; Infinity: for ever.
   */
  readonly grace?: DurationInput | undefined;
}

/** What may be thrown into a killed fiber: an error, or a class of one. */
export type KillReason = unknown;

/**
 * Kills at once; the Wait is for the death and gives up silently at its
 * `timeout`, as gevent's does. A fiber that kills itself is not waited for:
 * the kill is thrown at its next park.
 */
export function killCore(fiber: FiberCore, reason: KillReason, options?: KillOptions): Wait<void> {
  fiber.beginKill(errorFor(reason), checkedGrace(options, "kill"));
  return script(awaitDeath, fiber, options);
}

/** The grace in milliseconds. Throws for bad options, before anybody is killed. */
function checkedGrace(options: KillOptions | undefined, caller: string): number {
  checkOptions(options, caller);
  if (options?.timeout !== undefined) toMillis(options.timeout, caller);
  return options?.grace === undefined ? DEFAULT_GRACE_MS : toMillis(options.grace, caller);
}

function* awaitDeath(
  fiber: FiberCore,
  options: KillOptions | undefined,
): Generator<Yieldable<never>, void, never> {
  if (hub.current === fiber) yield* sleep();
  else yield* limited(new Join(fiber), options ?? {}, { value: false });
}

function errorFor(reason: KillReason): unknown {
  if (reason === undefined) return new GreenletExit("The fiber was killed", hub.current?.id);
  if (isErrorClass(reason)) return new reason();
  return reason;
}

function isErrorClass(reason: unknown): reason is new () => Error {
  return reason === Error || (typeof reason === "function" && reason.prototype instanceof Error);
}

/** Kills several at once, none running in between; the Wait is for all deaths. */
export function killCores(fibers: readonly FiberCore[], options?: KillAllOptions): Wait<void> {
  const grace = checkedGrace(options, "killAll");
  // One for all: an error with its stack costs more than all the rest of a kill.
  const reason = errorFor(options?.reason);
  for (const fiber of fibers) fiber.beginKill(reason, grace);
  const deaths = script(awaitDeaths, fibers);
  return isLimited(options) ? limited(deaths, options) : deaths;
}

/** As KillOptions; the `timeout` throws a Timeout here. */
export interface KillAllOptions extends KillOptions {
  readonly reason?: KillReason;
}

function* awaitDeaths(fibers: readonly FiberCore[]): Generator<Yieldable<never>, void, never> {
  for (const fiber of fibers) {
    if (hub.current !== fiber) yield* new Join(fiber);
    else yield* sleep();
  }
}
