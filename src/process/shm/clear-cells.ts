import type { Arena } from "./arena.ts";
import { CELL_WORDS, OWNED } from "./layout.ts";
import { abandonLock } from "./lock-state.ts";
import { lower } from "./wait-mask.ts";

/** Takes a process that has ended out of everything that it held or waited for. */
export function clearCells(arena: Arena, slot: number): void {
  for (const [cell, kind] of arena.shared()) {
    const at = cell * CELL_WORDS;
    lower(arena.words, at, slot);
    if (kind === OWNED) abandonLock(arena.words, at, slot);
  }
}
