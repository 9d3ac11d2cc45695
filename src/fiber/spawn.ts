import type * as Context from "effect/Context";
import type { Input as DurationInput } from "effect/Duration";
import type { Effect } from "effect/Effect";
import { hub } from "../scheduler/hub.ts";
import type { Park } from "../scheduler/park.ts";
import { DAEMON, GUEST, type Runnable } from "../scheduler/task.ts";
import { Alarm } from "../scheduler/timers.ts";
import { checkBody, isGeneratorFunction } from "./body.ts";
import { inheritedContext } from "./context.ts";
import type { FiberCore } from "./core.ts";
import { formatMillis, toMillis } from "./delay.ts";
import { Fiber } from "./fiber.ts";
import { GENERATOR, TYPED, UNARY } from "./fiber-state.ts";
import { DEFAULT_GRACE_MS } from "./killing.ts";
import { onAbort } from "./on-abort.ts";
import { originOf } from "./origin.ts";
import { asyncOwner } from "./owner.ts";
import { watchProgram } from "./program.ts";
import type { Yieldable } from "./wait.ts";

/** The failures of the Effects that a body yields. */
export type ErrorOf<Y> = [Y] extends [never]
  ? never
  : Y extends Effect<infer _A, infer E, infer _R>
    ? E
    : never;

/** The services that they need. */
export type ServicesOf<Y> = [Y] extends [never]
  ? never
  : Y extends Effect<infer _A, infer _E, infer R>
    ? R
    : never;

/** The generator of a body. */
export type Body<Y, A> = Generator<Y, A, never>;

// biome-ignore lint/suspicious/noExplicitAny: only `any` matches every generator
type AnyGenerator = Generator<any, any, any> | AsyncGenerator<any, any, any>;

/** A function that only throws gives `never`, and is a body like any other. */
type NoGenerator<A> = [A] extends [never] ? unknown : A extends AnyGenerator ? never : unknown;

/** How a fiber is spawned. */
export interface SpawnOptions {
  /** The name in reports. */
  readonly name?: string | undefined;
  /** Neither keeps the program alive nor counts as waiting when nothing can go on. */
  readonly daemon?: boolean | undefined;
  /** Its abort kills the fiber, with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The ways to call `spawn`; `spawnLater` has a delay before them. A body that needs
 * services is for `fork`: what it yields is no `Yieldable` without requirements.
 */
interface Spawn {
  <Args extends unknown[], Y extends Yieldable, A>(
    body: (...args: Args) => Body<Y, A>,
    ...args: Args
  ): Fiber<A, ErrorOf<Y>>;
  <Y extends Yieldable, A>(body: Body<Y, A>): Fiber<A, ErrorOf<Y>>;
  <A, E>(body: Effect<A, E>): Fiber<A, E>;
  <Args extends unknown[], A>(
    body: ((...args: Args) => A) & NoGenerator<A>,
    ...args: Args
  ): Fiber<Awaited<A>, unknown>;
}

/**
 * Queues a new fiber that runs `body`; nothing of it runs before the spawner
 * waits or ends. It outlives its spawner, inherits the Effect services and the
 * AsyncLocalStorage in scope, and starts after everything already queued.
 *
 * A body is a generator function (its arguments follow), a generator, an async
 * or plain function, or an Effect. Hoist it and pass arguments: a fresh closure
 * costs more than the fiber.
 *
 * gevent: `gevent.spawn`.
 *
 * @throws TypeError at the call for what is no body, and nothing is queued.
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 *
 * function* greet(name: string) {
 *   yield* sleep(1);
 *   console.log(`Hello ${name}`);
 * }
 * spawn(greet, "Bob"); // -> Hello Bob
 * ```
 */
export const spawn: Spawn & {
  <Args extends unknown[], Y extends Yieldable, A>(
    options: SpawnOptions,
    body: (...args: Args) => Body<Y, A>,
    ...args: Args
  ): Fiber<A, ErrorOf<Y>>;
  <Y extends Yieldable, A>(options: SpawnOptions, body: Body<Y, A>): Fiber<A, ErrorOf<Y>>;
  <A, E>(options: SpawnOptions, body: Effect<A, E>): Fiber<A, E>;
  <Args extends unknown[], A>(
    options: SpawnOptions,
    body: ((...args: Args) => A) & NoGenerator<A>,
    ...args: Args
  ): Fiber<Awaited<A>, unknown>;
} = function spawn(first: unknown, ...rest: unknown[]): Fiber<never, never> {
  // Rest parameters that are only counted, read and passed on are never made.
  if (typeof first !== "function" || rest.length > 1) {
    // The last call is not the one that takes the stack: Bun leaves out the frame of a tail call.
    return beginAny(makeAny(spawn, first, ...rest), first);
  }
  const fiber = makeFiber("spawn", first, undefined, spawn);
  if (rest.length === 1) {
    fiber.inbox = rest[0];
    fiber.flags |= UNARY;
  }
  return begin(fiber);
} as never;

/** The fiber of a call like `spawn`'s, not queued yet. */
export function makeAny(
  caller: (...args: never[]) => unknown,
  first: unknown,
  ...rest: unknown[]
): Fiber<never, never> {
  if (typeof first === "function" || !isOptions(first)) {
    return makeFiber("spawn", first, rest, caller);
  }
  const [body, ...args] = rest;
  checkSpawnOptions(first);
  const fiber = makeFiber("spawn", body, args, caller);
  if (first.name !== undefined) fiber.name = first.name;
  if (first.daemon === true) fiber.flags |= DAEMON;
  return fiber;
}

/** Queues it; `first` may be the options that it was made with. */
export function beginAny(fiber: Fiber<never, never>, first: unknown): Fiber<never, never> {
  begin(fiber);
  if (isOptions(first) && first.signal !== undefined) killOnAbort(fiber, first.signal);
  return fiber;
}

/**
 * As `spawn`, but queued when `delay` has passed. Killed before, it never runs.
 *
 * gevent: `gevent.spawn_later(seconds, function, …)`.
 *
 * @throws RangeError or TypeError at the call for a bad delay or body.
 * @example
 * ```ts
 * import { spawnLater } from "fibril";
 *
 * spawnLater("10 millis", (name: string) => console.log(`Hello ${name}`), "Bob"); // -> Hello Bob
 * ```
 */
export const spawnLater: {
  <Args extends unknown[], Y extends Yieldable, A>(
    delay: DurationInput,
    body: (...args: Args) => Body<Y, A>,
    ...args: Args
  ): Fiber<A, ErrorOf<Y>>;
  <Y extends Yieldable, A>(delay: DurationInput, body: Body<Y, A>): Fiber<A, ErrorOf<Y>>;
  <A, E>(delay: DurationInput, body: Effect<A, E>): Fiber<A, E>;
  <Args extends unknown[], A>(
    delay: DurationInput,
    body: ((...args: Args) => A) & NoGenerator<A>,
    ...args: Args
  ): Fiber<Awaited<A>, unknown>;
} = function spawnLater(delay: DurationInput, body: unknown, ...args: unknown[]) {
  const millis = toMillis(delay, "spawnLater");
  const fiber = makeFiber("spawnLater", body, args, spawnLater);
  if (millis === 0) return begin(fiber);
  fiber.park = new DelayedStart(fiber, millis);
  enroll(fiber);
  return fiber;
} as never;

/** A fiber that a timer will queue: what it "waits for" until then. */
class DelayedStart implements Park {
  readonly #alarm: Alarm;
  readonly #millis: number;

  constructor(fiber: Fiber, millis: number) {
    this.#millis = millis;
    this.#alarm = new Alarm(() => {
      fiber.park = undefined;
      hub.push(fiber);
    });
    hub.timers.start(this.#alarm, millis, true);
  }

  cancel(): boolean {
    hub.timers.stop(this.#alarm);
    return true;
  }

  describe(): string {
    return `spawnLater(${formatMillis(this.#millis)})`;
  }
}

/** A fiber of `body`, not queued yet. `caller` is left out of the spawn site. */
export function makeFiber(
  verb: string,
  body: unknown,
  args: unknown[] | undefined,
  caller: (...args: never[]) => unknown,
  context: Context.Context<never> = inheritedContext(),
): Fiber<never, never> {
  const isGenerator = isGeneratorFunction(body);
  if (!isGenerator) checkBody(body, verb);
  const fiber = new Fiber<never, never>(body, args, originOf(body, caller, context, spawner()));
  if (isGenerator) fiber.flags = GENERATOR;
  else if (typeof body === "function") fiber.flags = TYPED;
  return fiber;
}

/** Queues it. */
export function begin<F extends Fiber>(fiber: F): F {
  enroll(fiber);
  hub.push(fiber);
  return fiber;
}

/** From now on it is one of the program's live fibers. */
export function enroll(fiber: Fiber): void {
  watchProgram();
  hub.framing?.(fiber);
  hub.roster.add(fiber);
  hub.tracer?.({ type: "spawn", fiber });
}

/** The fiber that spawns: of the running body, or of the async function that goes on here. */
export function spawner(): Runnable | undefined {
  const { current } = hub;
  if (current === undefined) return asyncOwner();
  return (current.flags & GUEST) === 0 ? current : (current as FiberCore).owner;
}

const OPTIONS = ["name", "daemon", "signal"];

/** A plain object with none but our options; everything else is a body, or will be refused as one. */
function isOptions(first: unknown): first is SpawnOptions {
  if (typeof first !== "object" || first === null) return false;
  const prototype = Object.getPrototypeOf(first);
  return (prototype === Object.prototype || prototype === null) && !("then" in first);
}

function checkSpawnOptions(options: SpawnOptions): void {
  const unknown = Object.keys(options).find((key) => !OPTIONS.includes(key));
  if (unknown === undefined) return;
  throw new TypeError(`Cannot spawn with the option "${unknown}": there are ${OPTIONS.join(", ")}`);
}

/** For a fiber that has begun: one that is not in the roster can't be taken off it. */
export function killOnAbort(fiber: Fiber, signal: AbortSignal): void {
  const abort = () => fiber.beginKill(signal.reason, DEFAULT_GRACE_MS);
  if (signal.aborted) return abort();
  fiber.more.deadlines++;
  fiber.observe({ settled: onAbort(signal, abort), observes: false, prompt: true });
}
