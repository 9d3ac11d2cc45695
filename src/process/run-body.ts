import type { Fiber } from "../fiber/fiber.ts";
import { begin, makeFiber } from "../fiber/spawn.ts";

/** Runs a generator or an Effect as the main fiber of a process, to its end. */
export async function runBody(name: string, body: unknown): Promise<void> {
  const fiber: Fiber = makeFiber("run", body, undefined, runBody);
  fiber.name = name;
  await begin(fiber);
}
