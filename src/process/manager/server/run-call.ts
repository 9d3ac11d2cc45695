import { runInline } from "../../../fiber/run-inline.ts";
import type { Yieldable } from "../../../fiber/wait.ts";

/** Whether a method gave something that must be run: a Wait, an Effect, a generator, a Promise. */
export function mustRun(made: unknown): boolean {
  if (typeof made !== "object" || made === null) return false;
  if ("then" in made && typeof made.then === "function") return true;
  if (!(Symbol.iterator in made)) return false;
  return "pipe" in made || ("next" in made && "throw" in made);
}

/** Runs that in the fiber of its call, and tells how it went; one that is killed tells nothing. */
export function* runCall(
  made: unknown,
  done: (value: unknown) => void,
  failed: (error: unknown) => void,
  isKilled: () => boolean,
): Generator<Yieldable, void, never> {
  try {
    done(yield* runInline(made));
  } catch (error) {
    if (isKilled()) throw error;
    failed(error);
  }
}
