import { needsFiber } from "../../child/needs-fiber.ts";
import type { AnyFunction } from "../../naming/function-ref.ts";
import { MANY, SPREAD } from "../wire.ts";
import { failed, type Result, valued, Yields } from "./yields.ts";

/** Runs a task: at once where nothing of it has to be waited for. */
export function runTask(fn: AnyFunction, how: number, input: unknown): Result | Promise<Result> {
  if ((how & MANY) !== 0) return runMany(fn, how, input as readonly unknown[]);
  try {
    const made = fn(...(input as readonly unknown[]));
    return isFinal(made) ? valued(made) : finish(made).then(valued, failed);
  } catch (error) {
    return failed(error);
  }
}

function runMany(
  fn: AnyFunction,
  how: number,
  items: readonly unknown[],
): Result | Promise<Result> {
  const yields = new Yields(how);
  for (let i = 0; i < items.length; i++) {
    try {
      const made = call(fn, how, items[i]);
      if (!isFinal(made)) return runOthers(fn, how, items, i, made, yields);
      yields.add(made);
    } catch (error) {
      const end = yields.fail(error);
      if (end !== undefined) return end;
    }
  }
  return yields.result();
}

/** From the first item on that has to be waited for. */
async function runOthers(
  fn: AnyFunction,
  how: number,
  items: readonly unknown[],
  first: number,
  begun: unknown,
  yields: Yields,
): Promise<Result> {
  for (let i = first; i < items.length; i++) {
    try {
      const made = i === first ? begun : call(fn, how, items[i]);
      yields.add(isFinal(made) ? made : await finish(made));
    } catch (error) {
      const end = yields.fail(error);
      if (end !== undefined) return end;
    }
  }
  return yields.result();
}

function call(fn: AnyFunction, how: number, item: unknown): unknown {
  return (how & SPREAD) === 0 ? fn(item) : fn(...(item as readonly unknown[]));
}

/** Whether what a function gave is its value, and nothing to be waited for. */
function isFinal(made: unknown): boolean {
  if (typeof made !== "object" || made === null) return true;
  return !("then" in made) && !needsFiber(made);
}

async function finish(made: unknown): Promise<unknown> {
  if (!needsFiber(made)) return await made;
  const { runInFiber } = await import("./run-in-fiber.ts");
  return await runInFiber(made).get();
}
