import type { Input as DurationInput } from "effect/Duration";
import { toMillis } from "../../fiber/delay.ts";
import { checkOptions } from "../../fiber/limits.ts";
import { until } from "../../fiber/until.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import type { ProcessInfo } from "./info-types.ts";
import { nameHolders } from "./name-holders.ts";
import { tellAll } from "./tell-all.ts";

/** How processes are asked. */
export interface ProcessInfoOptions {
  /** Who does not answer by then is told of as silent; one second if absent. */
  readonly timeout?: DurationInput | undefined;
}

/** A process that has fibers to load takes some 0.1 s for its first answer; whoever asks waits no longer than that for one that can't. */
const DEFAULT_TIMEOUT_MS = 1000;

/**
 * What this process does and all those below it, as plain data: their fibers, the
 * locks and the like that they hold or wait for, and who holds those; queues, pipes,
 * pools, managers; the exit codes of those that have ended. One that does not answer
 * within the `timeout`, since it computes, is stopped or about to end, is `silent`;
 * shared memory still tells which locks it holds.
 *
 * Each process asks its own children. Nothing is kept for it: it costs nothing until somebody asks.
 *
 * @throws RangeError at the call for a timeout that is no finite time.
 *
 * @example
 * ```ts
 * import { Lock, Process, processInfo } from "fibril/process";
 *
 * export async function work(lock: Lock) {
 *   await lock.acquire();
 * }
 *
 * async function main() {
 *   const lock = new Lock();
 *   await lock.acquire();
 *   const child = new Process({ name: "worker", target: work, args: [lock] });
 *   child.start();
 *   const info = await processInfo({ timeout: "10 seconds" });
 *   console.log(info.name, info.children[0]?.name); // -> MainProcess worker
 *   console.log(info.objects[0]?.type, info.objects[0]?.holder?.name); // -> lock MainProcess
 *   lock.release();
 *   await child.join();
 * }
 * if (import.meta.main) void main();
 * ```
 */
export function processInfo(options?: ProcessInfoOptions): Wait<ProcessInfo> {
  checkOptions(options, "ask processes");
  const millis = timeoutOf(options);
  return script(ask, millis) as Wait<ProcessInfo>;
}

/** In milliseconds. */
export function timeoutOf({ timeout = DEFAULT_TIMEOUT_MS }: ProcessInfoOptions = {}): number {
  const millis = toMillis(timeout, "ask processes for");
  if (millis < Number.POSITIVE_INFINITY) return millis;
  throw new RangeError("Cannot ask processes without end: one that is stopped never answers");
}

/** As `processInfo`, where no fiber may be used. */
export async function tellWithin(millis: number): Promise<ProcessInfo> {
  return nameHolders(await tellAll(Date.now() + millis, "waited for"));
}

function* ask(millis: number): Generator<Yieldable<unknown>, ProcessInfo, never> {
  return yield* until(Object.assign(tellWithin(millis), inReports));
}

/** What `until` calls the promise in reports, this one's own among them. */
const inReports = { "~fibril/call": { describe: () => "processInfo", leave: () => {} } };
