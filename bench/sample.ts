import { measure } from "mitata";
import type { Program, Staged, TimeCase } from "./case.ts";

/** A program's first runs are compiled while they run: they are not counted. */
const WARM_UPS = 2;

/** Nanoseconds an operation, one figure for each timed run of the program. */
export async function sampleTime(
  each: TimeCase,
  program: Program | Staged<unknown>,
  samples: number,
): Promise<readonly number[]> {
  const { prepare, run } = typeof program === "function" ? single(program) : program;
  for (let i = 0; i < WARM_UPS; i++) await run(await prepare(each.count));
  const stats = await measure(
    function* () {
      yield {
        0: () => Promise.resolve(prepare(each.count)),
        bench: (prepared: unknown) => Promise.resolve(run(prepared)),
      } as never;
    },
    {
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
  await program(100);
  const before = usedHeap();
  const kept = await program(count);
  const after = usedHeap();
  keep.push(kept);
  return (after - before) / count;
}

const keep: unknown[] = [];

const globals = globalThis as unknown as {
  readonly gc?: () => void;
  readonly Bun?: { gc(synchronously: boolean): void };
};

function usedHeap(): number {
  for (let i = 0; i < 3; i++) {
    if (globals.Bun === undefined) globals.gc?.();
    else globals.Bun.gc(true);
  }
  return process.memoryUsage().heapUsed;
}
