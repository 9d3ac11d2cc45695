import { loadModule } from "../../child/load-module.ts";
import { findFunction } from "../../naming/find-function.ts";
import type { AnyFunction, FunctionRef } from "../../naming/function-ref.ts";

const found: Map<string, AnyFunction> = new Map();

/** How many functions are remembered: a program has fewer, and one that writes new ones must not fill the memory. */
const MOST_FOUND = 1000;

/** The function that a client has named, in this process. */
export async function loadFunction(ref: FunctionRef): Promise<AnyFunction> {
  const key = JSON.stringify(ref);
  const known = found.get(key);
  if (known !== undefined) return known;
  const fn = await findFunction(ref, loadModule);
  if (found.size >= MOST_FOUND) found.clear();
  found.set(key, fn);
  return fn;
}
