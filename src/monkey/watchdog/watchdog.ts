import type { Worker, WorkerOptions } from "node:worker_threads";
import type { FiberCore } from "../../fiber/core.ts";
import type { Fiber } from "../../fiber/fiber.ts";
import { placeOf } from "../../fiber/site.ts";
import { host } from "../../internal/host.ts";
import { hub } from "../../scheduler/hub.ts";
import { tellBlocking } from "../blocking-events.ts";
import { builtin } from "../builtin.ts";
import { HOME } from "../home.ts";
import { Culprit, StepNotes } from "./running.ts";
import { Slate } from "./slate.ts";
import { type ThreadData, threadSource } from "./source.ts";

/**
 * Tells from now on of what holds up the run loop for longer than `limit`
 * milliseconds, on standard error and while it does. False if that was done
 * already, with another limit perhaps, or can't be done.
 */
export function startWatchdog(limit: number): boolean {
  watchdog?.setLimit(limit);
  // Another copy of fibril has one: it sees the same fibers.
  if (globals[CULPRIT] !== undefined) return false;
  const sleeping = spare?.resume() === true ? spare : undefined;
  spare = undefined;
  watchdog = new Watchdog(sleeping ?? new Slate());
  watchdog.setLimit(limit);
  if (sleeping === undefined && !startThread(watchdog.slate)) dropWatchdog();
  return watchdog !== undefined;
}

export function stopWatchdog(): void {
  spare = watchdog?.stop() ?? spare;
  watchdog = undefined;
}

/** When there is no thread any more. */
function dropWatchdog(): void {
  stopWatchdog();
  spare = undefined;
}

/** Calls what the watchdog can't look into, so that it knows of it. */
export function runNoted<A>(fiber: Fiber, call: string, instead: string, run: () => A): A {
  if (watchdog === undefined) return run();
  const { slate, culprit } = watchdog;
  slate.call = `${fiber.id}\nfiber "${fiber.name}"\n${call}\n${instead}`;
  try {
    return run();
  } finally {
    slate.call = "";
    if (slate.wasTold) culprit.fiber = fiber;
  }
}

/** Where there is one, the inspector asks the program which fiber runs. */
const CULPRIT: unique symbol = Symbol.for("fibril/culprit/1");
const globals = globalThis as { [CULPRIT]?: Culprit };
const QUESTION = 'globalThis[Symbol.for("fibril/culprit/1")]?.describe()';

const ADVICE = "yield* sleep(0) in between, or compute in toThread";

let watchdog: Watchdog | undefined;
/** Of a thread that sleeps: when patching begins again soon, it goes on. */
let spare: Slate | undefined;

/** Beats in the time that a block may last: more, and an idle program wakes up more often. */
const BEATS = 4;
/** Milliseconds: with less between them, beats would be work. */
const SHORTEST_PERIOD = 5;
/** With more, a thread would be slow to hear that it is suspended. */
const LONGEST_PERIOD = 1000;
/** What the threads share are 32-bit numbers: 24 days are for ever. */
const LONGEST_LIMIT = 2 ** 31 - 1;

/** The program's side: a beat, as often as the loop lets it through, and the events. */
class Watchdog {
  readonly slate: Slate;
  readonly culprit: Culprit = new Culprit();
  readonly #notes: StepNotes | undefined;
  #timer: ReturnType<typeof host.setTimer> | undefined;
  #due = 0;
  #period = 0;

  constructor(slate: Slate) {
    this.slate = slate;
    this.#notes = hasInspector() ? undefined : new StepNotes(slate, this.culprit);
    globals[CULPRIT] = this.culprit;
    host.process.on("exit", this.#end);
  }

  setLimit(limit: number): void {
    const period = Math.ceil(limit / BEATS);
    this.#period = Math.min(Math.max(SHORTEST_PERIOD, period), LONGEST_PERIOD);
    this.slate.setPace(this.#period, Math.min(Math.ceil(limit), LONGEST_LIMIT));
    if (this.#timer !== undefined) host.clearTimer(this.#timer);
    this.#beat();
  }

  /** Gives the slate for the next one. */
  stop(): Slate {
    if (this.#timer !== undefined) host.clearTimer(this.#timer);
    host.process.off("exit", this.#end);
    this.#end();
    this.#notes?.stop();
    delete globals[CULPRIT];
    return this.slate;
  }

  readonly #beat = (): void => {
    const told = this.slate.takeTold();
    const late = host.now() - this.#due;
    this.slate.beat();
    this.slate.hasFibers = !hub.roster.isEmpty();
    this.#notes?.refill();
    this.#due = host.now() + this.#period;
    this.#timer = host.setTimer(this.#beat, this.#period);
    this.#timer.unref();
    if (told !== undefined) this.#tell(told, late);
  };

  /** A block may be the last thing that a program does. */
  readonly #end = (): void => {
    this.slate.suspend();
    if (hub.current !== undefined) this.#notes?.leave(hub.current as FiberCore);
    const told = this.slate.takeTold();
    if (told !== undefined) this.#tell(told, host.now() - this.#due);
  };

  #tell(told: string, late: number): void {
    const [call = "", instead = "", ...stack] = told.split("\n");
    const { toldOf, toldMillis } = this.slate;
    const { fiber: last } = this.culprit;
    const fiber = last?.id === toldOf ? last : undefined;
    this.culprit.fiber = undefined;
    const innermost = stack.find((frame) => !frame.endsWith("<anonymous>)"));
    const site = innermost === undefined ? (fiber?.spawnSite ?? "") : placeOf(innermost);
    // It may be told only after the first beat.
    const duration = Math.max(late, toldMillis);
    tellBlocking({ kind: "loop", call, instead, site, fiber, duration, stack });
  }
}

interface Threads {
  readonly isMainThread: boolean;
  readonly Worker: new (source: string, options: WorkerOptions) => Worker;
}

/**
 * Node's can only look into the main thread, and may be left out of a Node. Where
 * permissions are restricted, to connect to it would abort the program.
 */
function hasInspector(): boolean {
  if (host.runtime !== "node" || !process.features.inspector) return false;
  const isRestricted = "permission" in process && process.permission !== undefined;
  return !isRestricted && builtin<Threads>("worker_threads").isMainThread;
}

/** Frames that are not the program's own: those of the runtime, of Effect, of fibril without its examples. */
function foreignFrames(): string {
  const foreign = ["[ (]node:", "/node_modules/effect/"];
  if (HOME !== undefined) {
    const home = HOME.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
    foreign.push(`${home}src/(?!examples/)`, `${home}dist/`);
  }
  return foreign.join("|");
}

/** False where threads are forbidden. */
function startThread(slate: Slate): boolean {
  const workerData: ThreadData = {
    memory: slate.memory,
    question: hasInspector() ? QUESTION : undefined,
    foreign: foreignFrames(),
    advice: ADVICE,
    since: Date.now(),
  };
  try {
    const { Worker } = builtin<Threads>("worker_threads");
    // What the program preloads is not for this thread.
    const worker = new Worker(threadSource(), { eval: true, workerData, execArgv: [] });
    worker.unref();
    worker.once("error", (error) => {
      if (watchdog?.slate === slate) dropWatchdog();
      console.warn(`Nothing tells any more of fibers that block the others: ${String(error)}`);
    });
    return true;
  } catch {
    return false;
  }
}
