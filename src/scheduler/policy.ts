/** Which of `size` ready tasks goes next: an index from 0 to `size - 1`. */
export type Policy = (size: number) => number;

/**
 * A policy that picks by a seed: the same seed gives the same schedule.
 * Without a policy the hub is FIFO and pays nothing for the choice.
 */
export function seededPolicy(seed: number): Policy {
  let state = seed >>> 0;
  // mulberry32: 32 bits of state are plenty for the length of a test.
  return (size) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) % size;
  };
}
