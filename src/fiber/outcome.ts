import * as Cause from "effect/Cause";
import * as Exit from "effect/Exit";
import { GreenletExit, isGreenletExit } from "./greenlet-exit.ts";

/** An error that was thrown into a body, and the Cause it stands for. */
export interface Thrown {
  readonly error: unknown;
  readonly cause: Cause.Cause<unknown>;
}

/** How an Effect's Cause is thrown into a body: the value itself, no wrapper. */
export function thrownFrom(cause: Cause.Cause<unknown>): Thrown {
  return { error: isInterrupt(cause) ? exitOf(cause) : Cause.squash(cause), cause };
}

/** Whether a Cause is nothing but interruption. */
export function isInterrupt(cause: Cause.Cause<unknown>): boolean {
  return Cause.hasInterruptsOnly(cause);
}

function exitOf(cause: Cause.Cause<unknown>): GreenletExit {
  const [interruptor] = Cause.interruptors(cause);
  return new GreenletExit("What the fiber waited for was interrupted", interruptor);
}

/**
 * The Exit of a body that ended by throwing `error`.
 *
 * The value that was thrown in comes out with its original Cause. A GreenletExit
 * means "killed" only in a fiber that was killed. Everything else is a typed
 * failure where the body's type can't say more (`typed`), or a defect.
 */
export function exitFrom(
  error: unknown,
  how: { readonly thrown: Thrown | undefined; readonly killed: boolean; readonly typed: boolean },
): Exit.Exit<never, unknown> {
  if (how.killed && isGreenletExit(error)) return Exit.interrupt(error.killerId);
  const { thrown } = how;
  if (thrown !== undefined && thrown.error === error && !isInterrupt(thrown.cause)) {
    return Exit.failCause(thrown.cause);
  }
  return how.typed ? Exit.fail(error) : Exit.die(error);
}

/** What `get` throws for a failed Exit. */
export function errorOf(cause: Cause.Cause<unknown>): unknown {
  return thrownFrom(cause).error;
}
