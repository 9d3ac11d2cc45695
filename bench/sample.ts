import { measure } from "mitata";
import type { Program, Staged, TimeCase } from "./case.ts";

/** A program's first runs are compiled while they run: they are not counted. */
const WARM_UPS = 8;

/** Nanoseconds an operation, one figure for each timed run of the program. */
export async function sampleTime(
  each: TimeCase,
  program: Program | Staged<unknown>,
  samples: number,
): Promise<readonly number[]> {
  const { prepare, run } = typeof program === "function" ? single(program) : program;
  // What the case before left behind; not once more before the samples, since a full collection
  // makes V8 forget what the warm-ups taught it.
  collectGarbage();
  for (let i = 0; i < WARM_UPS; i++) await run(await prepare(each.count));
  const stats = await measure(
    function* () {
      yield {
        0: () => Promise.resolve(prepare(each.count)),
        bench: (prepared: unknown) => Promise.resolve(run(prepared)),
      } as never;
    },
    {
      gc: false,
      min_samples: samples,
      max_samples: samples,
      min_cpu_time: 0,
      now: each.clock === "cpu" ? cpuTime : wallTime,
    },
  );
  return stats.samples.map((sample) => sample / each.count);
}

function single(run: Program): Staged<unknown> {
  return { prepare: (count) => count, run: run as (prepared: unknown) => PromiseLike<unknown> };
}

const wallTime = (): number => performance.now() * 1e6;

/** Of every thread: what the garbage collector does beside the program counts, too. */
function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

/** Bytes of heap that each of `count` kept things takes. */
export async function sampleHeap(program: Program, count: number): Promise<number> {
  // The first ones bring code and tables with them.
  kept.push(await program(100));
  const before = usedHeap();
  kept.push(await program(count));
  return (usedHeap() - before) / count;
}

const kept: unknown[] = [];

const globals = globalThis as unknown as {
  readonly gc?: () => void;
  readonly Bun?: { gc(synchronously: boolean): void };
};

/** Twice: what a first pass makes unreachable by its finalizers goes in the second. */
function collectGarbage(): void {
  for (let i = 0; i < 2; i++) {
    if (globals.Bun === undefined) globals.gc?.();
    else globals.Bun.gc(true);
  }
}

function usedHeap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
