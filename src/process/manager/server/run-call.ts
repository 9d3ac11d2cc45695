import type { Fiber } from "../../../fiber/fiber.ts";
import { runInline } from "../../../fiber/run-inline.ts";
import type { Yieldable } from "../../../fiber/wait.ts";

/** Whether a method gave something that must be run: a Wait, an Effect, a generator, a Promise. */
export function mustRun(made: unknown): boolean {
  if (typeof made !== "object" || made === null) return false;
  if ("then" in made && typeof made.then === "function") return true;
  if (!(Symbol.iterator in made)) return false;
  return "pipe" in made || ("next" in made && "throw" in made);
}

/** A call whose method takes its time. */
export interface RunningCall {
  readonly done: (value: unknown) => void;
  readonly failed: (error: unknown) => void;
  hasBegun: boolean;
  fiber: Fiber | undefined;
}

/** Runs it in its own fiber, and tells how it went. */
export function* runCall(made: unknown, call: RunningCall): Generator<Yieldable, void, never> {
  call.hasBegun = true;
  try {
    call.done(yield* runInline(made));
  } catch (error) {
    call.failed(error);
  }
}
