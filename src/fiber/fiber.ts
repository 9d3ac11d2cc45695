import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import type * as EffectFiber from "effect/Fiber";
import { type Pipeable, pipeArguments } from "effect/Pipeable";
import type { SchedulerDispatcher } from "effect/Scheduler";
import { scheduler } from "../scheduler/dispatcher.ts";
import { hub } from "../scheduler/hub.ts";
import { FiberCore } from "./core.ts";
import { drive } from "./drive.ts";
import { type FiberState, OBSERVED, type Observer } from "./fiber-state.ts";
import { GreenletExit } from "./greenlet-exit.ts";
import { Get, Join, valueOf } from "./join.ts";
import { type KillOptions, type KillReason, killCore } from "./kill.ts";
import { DEFAULT_GRACE_MS } from "./killing.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "./limits.ts";
import { addLink, type Link, removeLink } from "./links.ts";
import type { Origin } from "./origin.ts";
import { isInterrupt } from "./outcome.ts";
import { DONE, NEW, RUNNING } from "./state.ts";
import { watchUnobserved } from "./unobserved.ts";
import type { Wait } from "./wait.ts";

const variance: EffectFiber.Fiber.Variance<never, never> = {
  _A: (value) => value,
  _E: (error) => error,
};

/** An observer of Effect's kind: it takes the Exit. */
class ExitObserver implements Observer {
  readonly callback: (exit: Exit.Exit<unknown, unknown>) => void;
  readonly observes = true;
  readonly prompt = false;

  constructor(callback: (exit: Exit.Exit<unknown, unknown>) => void) {
    this.callback = callback;
  }

  settled(fiber: FiberState): void {
    this.callback(fiber.settledExit as Exit.Exit<unknown, unknown>);
  }
}

/** How far a fiber has come. */
export type Status = "pending" | "suspended" | "running" | "success" | "failure" | "killed";

/**
 * A green thread: what `spawn` gives. It is an Effect Fiber (`Fiber.join`,
 * `Fiber.await` and `Fiber.interrupt` take it), a PromiseLike, and iterable for
 * `yield* fiber`; it is no Effect, there use `fiber.get()`.
 *
 * gevent: `gevent.Greenlet`.
 *
 * @example
 * ```ts
 * import { type Fiber, sleep, spawn } from "fibril";
 *
 * function* work() {
 *   yield* sleep(5);
 *   return 42;
 * }
 * async function main() {
 *   const fiber: Fiber<number, never> = spawn(work);
 *   console.log(fiber.status); // -> pending
 *   console.log(await fiber); // -> 42
 *   console.log(fiber.status); // -> success
 * }
 * void main();
 * ```
 */
export class Fiber<out A = unknown, out E = unknown>
  extends FiberCore
  implements EffectFiber.Fiber<A, E>, PromiseLike<A>, Pipeable
{
  constructor(body: unknown, args: unknown[] | undefined, origin: Origin) {
    super(++hub.ids, body, args, origin);
  }

  get "~fibril/Fiber"(): true {
    return true;
  }

  get "~effect/Fiber"(): EffectFiber.Fiber.Variance<A, E> {
    return variance;
  }

  runStep(): void {
    drive(this);
  }

  // --- What it is

  /** The name in reports: that of its body and its id, unless one was given. Assignable. */
  get name(): string {
    return this.extra?.name ?? `${this.origin.label || "fiber"}-${this.id}`;
  }

  set name(name: string) {
    this.more.name = name;
  }

  /** Whether it was begun and has not ended. */
  get started(): boolean {
    return this.state !== NEW && this.state !== DONE;
  }

  /** Whether it has ended, in whichever way. */
  ready(): boolean {
    return this.state === DONE;
  }

  /** Whether it has ended with a value: neither failed nor killed. */
  successful(): boolean {
    const exit = this.exit;
    return exit !== undefined && Exit.isSuccess(exit);
  }

  get status(): Status {
    if (this.state === NEW) return "pending";
    if (this.state === RUNNING) return "running";
    const exit = this.exit;
    if (exit === undefined) return "suspended";
    if (Exit.isSuccess(exit)) return "success";
    return isInterrupt(exit.cause) ? "killed" : "failure";
  }

  /** Its Exit once it has ended; `undefined` before. A look counts as seeing a failure. */
  get exit(): Exit.Exit<A, E> | undefined {
    this.#see();
    return this.settledExit as Exit.Exit<A, E> | undefined;
  }

  /** The value of its body; `undefined` before its end, and if it failed. */
  get value(): A | undefined {
    return valueOf(this) as A | undefined;
  }

  /** What its body threw, or the reason of its kill; `undefined` before its end. */
  get exception(): unknown {
    this.#see();
    return this.failure?.error;
  }

  /** Aborted, with the reason, when the fiber is killed: for `fetch` and its like. */
  get signal(): AbortSignal {
    const { more } = this;
    if (more.controller === undefined) {
      more.controller = new AbortController();
      if (more.killing !== undefined) more.controller.abort(more.killing.strike.error);
    }
    return more.controller.signal;
  }

  /** The fiber that spawned it, if one did. */
  get spawningFiber(): Fiber | undefined {
    return this.origin.spawner as Fiber | undefined;
  }

  /** Where it was spawned, innermost frame first; empty if it was not recorded. */
  get spawningStack(): string[] {
    return this.origin.site?.frames ?? [];
  }

  /** What it waits for just now, such as `sleep(2s)`. */
  get parkReason(): string | undefined {
    return this.park?.describe();
  }

  // --- Waiting for it

  /** Waits for its value. Throws its failure, or the GreenletExit of its kill; past `timeout` a Timeout. */
  get(options?: WaitOptions): Wait<A, E> {
    checkOptions(options, "get");
    const get = new Get<A, E>(this);
    return isLimited(options) ? limited(get, options) : (get as Wait<A, E>);
  }

  /** Waits for its end, never throws its failure: false if the `timeout` came first. */
  join(options?: WaitOptions): Wait<boolean> {
    checkOptions(options, "join");
    const join = new Join(this);
    return isLimited(options) ? limited(join, options, { value: false }) : join;
  }

  /**
   * Kills it at once: `reason` (a GreenletExit if absent) is thrown at its
   * `yield*`. The Wait is for its death. A fiber not begun never runs; a running
   * cleanup is not cut short by a second kill.
   */
  kill(reason?: KillReason, options?: KillOptions): Wait<void> {
    return killCore(this, reason, options);
  }

  *[Symbol.iterator](): Generator<Effect.Effect<A, E>, A, unknown> {
    return yield* this.get();
  }

  then<B = A, C = never>(
    onValue?: ((value: A) => B | PromiseLike<B>) | null,
    onError?: ((error: unknown) => C | PromiseLike<C>) | null,
  ): PromiseLike<B | C> {
    return (this.get() as Wait<A>).then(onValue, onError);
  }

  // --- Links

  /** Calls `callback(fiber)` after its end, in a fiber of its own: it may wait. */
  link(callback: Link<this>): void {
    addLink(this, "any", callback);
  }

  /** As `link`, only if it ended with a value. */
  linkValue(callback: Link<this>): void {
    addLink(this, "value", callback);
  }

  /** As `link`, only if it failed or was killed. */
  linkException(callback: Link<this>): void {
    addLink(this, "exception", callback);
  }

  /** Calls `callback(fiber)` after its end, in the run loop itself: it must neither wait nor throw. */
  rawLink(callback: (fiber: this) => void): void {
    addLink(this, "raw", callback);
  }

  /** Takes back a `link`, `linkValue`, `linkException` or `rawLink`. */
  unlink(callback: unknown): void {
    removeLink(this, callback);
  }

  // --- Effect's Fiber

  get currentOpCount(): number {
    return 0;
  }

  get currentDispatcher(): SchedulerDispatcher {
    return scheduler.makeDispatcher();
  }

  get cache(): EffectFiber.Fiber.Cache {
    return Effect.runSyncWith(this.context)(
      Effect.withFiber((fiber) => Effect.succeed(fiber.cache)),
    );
  }

  get context(): Context.Context<never> {
    return this.origin.context;
  }

  getRef<X>(reference: Context.Reference<X>): X {
    return Context.get(this.context, reference);
  }

  setContext(context: Context.Context<never>): void {
    this.origin = this.origin.in(context);
    this.extra?.companion?.fiber?.setContext(context);
  }

  get _exit(): Exit.Exit<A, E> | undefined {
    return this.exit;
  }

  pollUnsafe(): Exit.Exit<A, E> | undefined {
    return this.exit;
  }

  addObserver(callback: (exit: Exit.Exit<A, E>) => void): () => void {
    if (this.state === DONE) {
      callback(this.exit as Exit.Exit<A, E>);
      return () => {};
    }
    const observer = new ExitObserver(callback as (exit: Exit.Exit<unknown, unknown>) => void);
    this.observe(observer);
    return () => void this.unobserve(observer);
  }

  removeObserver(callback: (exit: Exit.Exit<A, E>) => void): void {
    const { observers } = this;
    const all = Array.isArray(observers) ? observers : [observers];
    const found = all.find((each) => each instanceof ExitObserver && each.callback === callback);
    if (found !== undefined) this.unobserve(found);
  }

  interruptUnsafe(fiberId?: number): void {
    this.beginKill(new GreenletExit("The fiber was interrupted", fiberId), DEFAULT_GRACE_MS);
  }

  pipe(): unknown {
    // biome-ignore lint/complexity/noArguments: Effect's own helper takes them
    return pipeArguments(this, arguments);
  }

  /** Kills it and waits for its death: for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  #see(): void {
    if (this.state === DONE) this.flags |= OBSERVED;
  }

  protected unobserved(): void {
    watchUnobserved(this);
  }
}
