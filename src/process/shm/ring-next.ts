import { fault } from "../fault.ts";
import { atomics, peek, poke } from "./atomics.ts";
import { RUNG, STATE, WAITED_FOR } from "./layout.ts";
import { lowerNext, someRaised } from "./wait-mask.ts";

interface Ringer {
  readonly words: Int32Array;
  /** False if that process is not there any more. */
  ring(slot: number): boolean;
}

/**
 * Rings the next process that waits for the object at `at`, each in its turn, on behalf
 * of the one in slot `by`; false if there is no other. One that has ended gets no ring.
 */
export function ringNextBy(ringer: Ringer, at: number, by: number): boolean {
  const { words } = ringer;
  for (;;) {
    const next = lowerNext(words, at, peek(words, at + RUNG), by);
    if (next === undefined) {
      if (!calm(words, at)) return false;
      continue;
    }
    poke(words, at + RUNG, next);
    fault?.("room.lowered");
    if (ringer.ring(next)) return true;
  }
}

/** Takes the mark off a state that nobody waits for; true if another process came just then. */
function calm(words: Int32Array, at: number): boolean {
  if (someRaised(words, at)) return false;
  atomics.and(words, at + STATE, ~WAITED_FOR);
  if (!someRaised(words, at)) return false;
  atomics.or(words, at + STATE, WAITED_FOR);
  return true;
}
