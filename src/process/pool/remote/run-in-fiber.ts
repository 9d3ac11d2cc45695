import type { FiberCore } from "../../../fiber/core.ts";
import type { Fiber } from "../../../fiber/fiber.ts";
import { runInline } from "../../../fiber/run-inline.ts";
import { begin, makeFiber } from "../../../fiber/spawn.ts";
import type { Yieldable } from "../../../fiber/wait.ts";
import { hub } from "../../../scheduler/hub.ts";
import type { AnyFunction } from "../../naming/function-ref.ts";
import { MANY, SPREAD } from "../wire.ts";
import { failed, type Result, Yields } from "./yields.ts";

/** Runs a body as a fiber of its own. */
export function runInFiber(body: unknown, args?: unknown[]): Fiber {
  return begin(makeFiber("run", body, args, runInFiber));
}

/** Runs a task that can be killed; the fiber of several calls gives their Result. */
export function runKillable(fn: AnyFunction, how: number, input: unknown[]): Fiber {
  if ((how & MANY) !== 0) return runInFiber(manyInFiber, [fn, how, input]);
  return runInFiber(fn, input);
}

function* manyInFiber(
  fn: AnyFunction,
  how: number,
  items: readonly unknown[],
): Generator<Yieldable, Result, never> {
  const yields = new Yields(how);
  for (const item of items) {
    const args = (how & SPREAD) === 0 ? [item] : (item as unknown[]);
    try {
      yields.add(yield* runInline(() => fn(...args)));
    } catch (error) {
      const isKilled = (hub.current as FiberCore).extra?.killing !== undefined;
      const end = isKilled ? failed(error) : yields.fail(error);
      if (end !== undefined) return end;
    }
  }
  return yields.result();
}
