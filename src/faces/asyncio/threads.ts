import { availableParallelism } from "node:os";
import type { Piscina } from "piscina";
import { host } from "../../internal/host.ts";
import type { Outcome, Task } from "./thread-task.ts";

/** As Python's ThreadPoolExecutor: a few more than there are cores, for those that wait for a disk. */
const MAX_THREADS = Math.min(32, availableParallelism() + 4);

/** A thread starts in 30 ms and holds some 5 MB: kept for the next call, not for ever. */
const IDLE_MS = 60_000;

let pool: Promise<Piscina> | undefined;

/** Runs a task in the next thread that is free; an abort takes it back, or ends its thread. */
export async function submit(task: Task, signal: AbortSignal): Promise<Outcome> {
  pool ??= open();
  const threads = await pool;
  try {
    return await threads.run(task, { signal });
  } catch (error) {
    throw explained(error, task);
  }
}

/**
 * piscina: of the pools that were tried it alone ends a struck task without its
 * neighbours, notices a thread's death and lets the program end, on Node, Deno and Bun.
 */
async function open(): Promise<Piscina> {
  const { Piscina } = await load();
  const threads = new Piscina({
    filename: WORKER.href,
    name: RUN_TASK,
    minThreads: 0,
    maxThreads: MAX_THREADS,
    idleTimeout: IDLE_MS,
    // Else an idle thread stands still, and what a task left behind strikes the next one.
    atomics: "disabled",
    recordTiming: false,
  });
  threads.on("error", reportLate);
  return threads;
}

/** Beside this file in the sources; the build gives it a file of its own below that of the entry. */
const WORKER = import.meta.url.endsWith(".ts")
  ? new URL("./thread-worker.ts", import.meta.url)
  : new URL("../asyncio/thread-worker.js", import.meta.url);

const RUN_TASK: keyof typeof import("./thread-worker.ts") = "runTask";

async function load(): Promise<{ Piscina: typeof Piscina }> {
  try {
    return await import("piscina");
  } catch (error) {
    throw new Error("Cannot run toThread without the package piscina: npm install piscina", {
      cause: error,
    });
  }
}

function explained(error: unknown, task: Task): unknown {
  if (!(error instanceof Error) || !error.message.startsWith("worker exited")) return error;
  return new Error(`The thread of "${task.name}" ended before it gave a result: ${error.message}`);
}

/** Of what a task left behind in its thread, a timer say: there is nobody to give it to. */
function reportLate(error: unknown): void {
  host.process.exitCode ||= 1;
  console.error("A thread of toThread failed after the end of its function:", error);
}
