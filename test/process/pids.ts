/** Processes of a program, by their ids. */

import { existsSync, readFileSync } from "node:fs";
import { expect } from "vitest";
import type { Running } from "../program/run.ts";

/** Long enough for a loaded machine; what is waited for takes some milliseconds. */
const PATIENCE_MS = 10_000;

/** The process ids that the children of a program print, by their names. */
export async function printedPids(program: Running, names: readonly string[]): Promise<number[]> {
  const texts = await Promise.all(names.map((name) => program.printed(`${name} is `)));
  return texts.map(Number);
}

export function isRunning(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  // Its parent may not have reaped it yet.
  return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0] !== "Z";
}

/** Waits until none of them runs any more. */
export async function gone(pids: readonly number[]): Promise<void> {
  const until = performance.now() + PATIENCE_MS;
  while (pids.some(isRunning) && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  expect(pids.filter(isRunning)).toEqual([]);
}
