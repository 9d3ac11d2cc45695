import type { Arena } from "./arena.ts";
import { abandonBarrier } from "./barrier-state.ts";
import { abandonCalls } from "./calls.ts";
import { CALLED, CELL_WORDS, isOwned, type Kind, MET, TASKED } from "./layout.ts";
import { abandonLock } from "./lock-state.ts";
import { abandonTasks } from "./task-state.ts";
import { lower } from "./wait-mask.ts";

type Abandon = (words: Int32Array, at: number, slot: number) => void;

const ways: Partial<Record<Kind, Abandon>> = {
  [CALLED]: abandonCalls,
  [MET]: abandonBarrier,
  [TASKED]: abandonTasks,
};

/**
 * Takes a process that has ended out of everything that it held or waited for. Locks
 * come last: what they guard is settled before another process can change it.
 */
export function clearCells(arena: Arena, slot: number): void {
  const locks: number[] = [];
  for (const [cell, kind] of arena.shared()) {
    const at = cell * CELL_WORDS;
    lower(arena.words, at, slot);
    if (isOwned(kind)) locks.push(at);
    else ways[kind]?.(arena.words, at, slot);
  }
  for (const at of locks) abandonLock(arena.words, at, slot);
}
