/**
 * The one file that differs with the runtime. Everything above sees a `host`
 * with the same members everywhere.
 */

import { type RuntimeName, runtime } from "./runtime.ts";

/** An async-context frame that the host can re-enter; `undefined` is the empty one. */
export type Frame = object | undefined;

/** A pending host timer. */
export type HostTimer = ReturnType<typeof globalThis.setTimeout>;

interface AsyncHooks {
  readonly AsyncResource: new (
    type: string,
  ) => { runInAsyncScope<A, R>(fn: (arg: A) => R, thisArg: unknown, arg: A): R };
  readonly AsyncLocalStorage: new <S>() => AsyncStorage<S>;
}

/** The part of AsyncLocalStorage that fibril uses. */
export interface AsyncStorage<S> {
  getStore(): S | undefined;
  run<A>(store: S, fn: () => A): A;
}

interface Immediate {
  unref?(): void;
}

interface HostProcess {
  exitCode?: number | string | undefined;
  readonly pid: number;
  readonly env: Record<string, string | undefined>;
  readonly execPath: string;
  cwd(): string;
  on(event: string, listener: (...args: never[]) => void): void;
  off(event: string, listener: (...args: never[]) => void): void;
  listenerCount(event: string): number;
  exit(code: number): never;
  kill(pid: number, signal: string): void;
  getBuiltinModule(id: string): unknown;
}

interface FrameCodec {
  /** The frame that is current now, or undefined when it is the one of `root`. */
  capture(): Frame;
  run<A>(frame: Frame, fn: (arg: A) => void, arg: A): void;
}

interface DenoCore {
  getAsyncContext(): Frame;
  setAsyncContext(frame: Frame): void;
}

const globals = globalThis as unknown as {
  readonly process: HostProcess;
  readonly Deno?: {
    readonly internal: symbol;
    readonly version: { readonly deno: string };
    readonly permissions: {
      querySync(descriptor: { name: "env"; variable: string }): { readonly state: string };
    };
    readonly [internal: symbol]: { readonly core?: Partial<DenoCore> };
  };
  setImmediate(task: () => void): Immediate;
  addEventListener?(
    type: "unhandledrejection",
    listener: (event: { readonly reason: unknown; preventDefault(): void }) => void,
  ): void;
};

const hooks = globals.process.getBuiltinModule("node:async_hooks") as AsyncHooks;

// Taken once: what a program or `fibril/monkey` puts in their place later is not for us.
const { setImmediate } = globals;
const { setTimeout, clearTimeout } = globals.process.getBuiltinModule("node:timers") as {
  setTimeout<A extends unknown[]>(
    task: (...args: A) => void,
    ms: number,
    ...args: A
  ): HostTimer & { ref(): void; unref(): void };
  clearTimeout(timer: HostTimer): void;
};

/**
 * Deno's chains of immediates starve its sockets, so a turn that used up its
 * budget lets this many empty immediates pass. Fewer: echo latency under load
 * climbs from about 1 ms to 20 ms; more: throughput of busy fibers drops.
 */
const EMPTY_HOPS = runtime === "deno" ? 48 : 0;

/** Where the runtime lets us read and set the current frame: 2 ns and 11 ns, no object. */
function settableFrames(get: () => Frame, set: (frame: Frame) => void): FrameCodec {
  let lastEmpty: Frame;
  return {
    capture() {
      const frame = get();
      if (frame === undefined || frame === lastEmpty) return undefined;
      if (!isEmptyFrame(frame)) return frame;
      lastEmpty = frame;
      return undefined;
    },
    run(frame, fn, arg) {
      const outer = get();
      set(frame);
      try {
        fn(arg);
      } finally {
        set(outer);
      }
    },
  };
}

/** Where every store was left again, Node keeps a map of undefined (one that is no `instanceof Map`). */
function isEmptyFrame(frame: object): boolean {
  if (runtime !== "node") return Object.keys(frame).length === 0;
  const stores: Iterable<unknown> = Map.prototype.values.call(frame);
  return [...stores].every((store) => store === undefined);
}

type Resource = InstanceType<AsyncHooks["AsyncResource"]> & Record<symbol, unknown>;

/**
 * Elsewhere an AsyncResource is a frame (50 ns and 100 bytes). On Node 22 it has
 * a symbol more for every AsyncLocalStorage in use; one without is dropped.
 */
function resourceFrames(): FrameCodec {
  const make = () => new hooks.AsyncResource("fibril") as Resource;
  const root = make();
  const known = Object.getOwnPropertySymbols(root);
  const isEmpty = (resource: Resource): boolean =>
    Object.getOwnPropertySymbols(resource).every(
      (symbol) => known.includes(symbol) || resource[symbol] === undefined,
    );
  return {
    capture() {
      const resource = make();
      return runtime === "node" && isEmpty(resource) ? undefined : resource;
    },
    run(frame, fn, arg) {
      ((frame ?? root) as Resource).runInAsyncScope(fn, undefined, arg);
    },
  };
}

interface FrameClass {
  current(): Frame;
  set(frame: Frame): void;
}

/** Since Node 24 a frame is an object of its own; its class is found on one that somebody captured. */
function nodeFrameClass(): FrameClass | undefined {
  const storage = new hooks.AsyncLocalStorage<true>();
  const resource = storage.run(true, () => new hooks.AsyncResource("fibril") as Resource);
  const symbol = Object.getOwnPropertySymbols(resource).find(
    ({ description }) => description === "context_frame",
  );
  const found = symbol === undefined ? undefined : resource[symbol]?.constructor;
  const offers = found as Partial<FrameClass> | undefined;
  return typeof offers?.current === "function" && typeof offers.set === "function"
    ? (offers as FrameClass)
    : undefined;
}

/** Neither Deno's nor Node's way is documented: without them it is slower, nothing else. */
function makeFrames(): FrameCodec {
  const core = globals.Deno?.[globals.Deno.internal]?.core;
  if (core?.getAsyncContext !== undefined && core.setAsyncContext !== undefined) {
    const { getAsyncContext, setAsyncContext } = core;
    return settableFrames(
      () => getAsyncContext(),
      (frame) => setAsyncContext(frame),
    );
  }
  const frames = runtime === "node" ? nodeFrameClass() : undefined;
  if (frames === undefined) return resourceFrames();
  return settableFrames(
    () => frames.current(),
    (frame) => frames.set(frame),
  );
}

/** Reads an environment variable; under Deno only where that needs no prompt. */
function environment(variable: string): string | undefined {
  const permission = globals.Deno?.permissions.querySync({ name: "env", variable });
  if (permission !== undefined && permission.state !== "granted") return undefined;
  return globals.process.env[variable];
}

function muteUnhandled(isOurs: (error: unknown) => boolean): void {
  // Deno asks by an event; Node and Bun, for a top-level await too, by this one.
  globals.addEventListener?.("unhandledrejection", (event) => {
    if (isOurs(event.reason)) event.preventDefault();
  });
  const report = (error: unknown) => {
    if (!isOurs(error)) console.error(error);
  };
  globals.process.on("uncaughtException", report);
  // The rejections that no top-level await waits for are another event in Bun.
  if (runtime === "bun") globals.process.on("unhandledRejection", report);
}

/** How often Bun is asked: a deadlock shows after two of them; more often would wake an idle server. */
const BUN_LOOK_MS = 500;

/** Between an immediate that Bun may drop and the timer that looks for it, which is later in any case. */
const BUN_PROBE_MS = 1;

/**
 * Bun says no `beforeExit` while the main file's top-level await is pending: it
 * spins. But when nothing else keeps its loop alive, which is what ends a program
 * without such an await, it drops an unref'd immediate instead of running it.
 */
function watchSpinningBun(quiet: () => void, sign: () => number): void {
  const look = (last: number, delay: number) => setTimeout(probe, delay, last).unref();
  const probe = (last: number) => {
    const now = sign();
    if (now !== last) return look(now, BUN_LOOK_MS);
    let alive = false;
    const immediate = setImmediate(() => {
      alive = true;
    });
    immediate.unref?.();
    setTimeout(answer, BUN_PROBE_MS, () => alive || sign() !== now).unref();
  };
  const answer = (isAlive: () => boolean) => {
    if (isAlive()) return look(sign(), BUN_LOOK_MS);
    quiet();
    // Whoever was woken for it may park once more at once.
    setTimeout(() => look(sign(), BUN_PROBE_MS), BUN_PROBE_MS).unref();
  };
  look(sign(), BUN_LOOK_MS);
}

function onQuiet(listener: (ends: boolean) => void, sign: () => number): void {
  globals.process.on("beforeExit", () => listener(true));
  if (runtime === "bun") watchSpinningBun(() => listener(false), sign);
}

/** What fibril needs of a runtime. */
export interface Host {
  readonly runtime: RuntimeName;
  readonly frames: FrameCodec;
  readonly emptyHops: number;
  readonly process: HostProcess;
  now(): number;
  setImmediate(task: () => void): Immediate;
  setTimer(task: () => void, ms: number): HostTimer & { ref(): void; unref(): void };
  clearTimer(timer: HostTimer): void;
  asyncStorage<S>(): AsyncStorage<S>;
  environment(variable: string): string | undefined;
  /**
   * Calls `listener` when nothing is left that could happen; `ends`: the program
   * then ends by itself. `sign` is a number that stays the same while it is idle.
   */
  onQuiet(listener: (ends: boolean) => void, sign: () => number): void;
  /** Keeps errors that `isOurs` claims from ending the program when nobody handles them. */
  muteUnhandled(isOurs: (error: unknown) => boolean): void;
}

export const host: Host = {
  runtime,
  frames: makeFrames(),
  emptyHops: EMPTY_HOPS,
  process: globals.process,
  now: () => performance.now(),
  setImmediate: (task) => setImmediate(task),
  setTimer: (task, ms) => setTimeout(task, ms),
  clearTimer: (timer) => clearTimeout(timer),
  asyncStorage: () => new hooks.AsyncLocalStorage(),
  environment,
  onQuiet,
  muteUnhandled,
};
