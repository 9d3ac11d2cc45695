import type { TaskletCore } from "./core.ts";
import { TaskletError } from "./tasklet-error.ts";

/** An error, or a class of one. */
export type Throwable = unknown;

/** What Python's `raise` makes of it: an instance as it is, a class is called. */
export function errorFrom(error: Throwable, args: readonly unknown[] = []): unknown {
  const isClass =
    typeof error === "function" && (error === Error || error.prototype instanceof Error);
  return isClass ? new (error as new (...args: unknown[]) => Error)(...args) : error;
}

/** Has it throw `error` where it stands: it is runnable from now on. */
export function throwInto(target: TaskletCore, error: unknown): void {
  const { circle, fiber, place } = target;
  if (place !== undefined) {
    if (!target.runnable) circle.admit(place);
    return place.strike(error);
  }
  if (fiber !== undefined) return fiber.strike({ error, level: 0 });
  throw new TaskletError(
    `Cannot throw into the main tasklet, which is in none of Stackless's waits: only its run, schedule or channel can throw`,
  );
}
