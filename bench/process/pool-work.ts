/** What the pools are given to do. */

const ROUNDS = 5;

export const inc = (n: number): number => n + 1;

/** Keeps a core busy for a millisecond. */
export const ms1 = (n: number): number => {
  const until = performance.now() + 1;
  while (performance.now() < until);
  return n;
};

export function items(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** The median of some rounds, in tasks a second. */
export async function medianRate(count: number, run: () => PromiseLike<unknown>): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await run();
    rates.push((count / (performance.now() - began)) * 1000);
  }
  return Math.round(rates.sort((a, b) => a - b)[ROUNDS >> 1] as number);
}
