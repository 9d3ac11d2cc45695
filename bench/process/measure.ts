/** Does a workload `count` times over: nanoseconds of one, how many a second, or a percentage. */
export type Measure = (count: number) => Promise<number>;

/** By the keys of rows.ts. */
export type Cases = Readonly<Record<string, Measure>>;

/** A first run, not counted, is so many times shorter. */
const WARM_UP = 5;

/**
 * The main function of a group's program, which plan.ts starts as `<samples> <key>=<count>...`:
 * prints `{ key, value }` in a line for each sample. What is not among `cases` is left out.
 */
export async function measure(cases: Cases, args = process.argv.slice(2)): Promise<void> {
  const [samples, ...asked] = args;
  for (const [key = "", count] of asked.map((each) => each.split("="))) {
    const run = cases[key];
    if (run === undefined) continue;
    await run(Math.ceil(Number(count) / WARM_UP));
    for (let i = 0; i < Number(samples); i++) {
      console.log(JSON.stringify({ key, value: await run(Number(count)) }));
    }
  }
}

export function nanosEach(count: number, began: number): number {
  return ((performance.now() - began) * 1e6) / count;
}

export function perSecond(count: number, began: number): number {
  return (count * 1000) / (performance.now() - began);
}
