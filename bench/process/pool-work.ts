/** What every pool is given to do: fibril's, piscina's, tinypool's and workerpool's. */

export const PROCESSES = 2;

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

/** How much of the time that began then was spent in `count` tasks of a millisecond, in percent. */
export function ofIdeal(count: number, began: number): number {
  return (100 * count) / PROCESSES / (performance.now() - began);
}
