import type { Effect } from "effect/Effect";
import { show } from "../fiber/body.ts";
import type { Fiber } from "../fiber/fiber.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import { type Body, makeAny, type SpawnOptions } from "../fiber/spawn.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import { Add, AddAtOnce, Admit, AwaitRoom, poolFull } from "./group-entry.ts";
import { Recruit } from "./group-line.ts";
import { checkedFiber, Members } from "./group-members.ts";
import { Roll } from "./group-roll.ts";
import { type UseOptions, use } from "./group-use.ts";
import type { PoolFull } from "./pool-full.ts";
import type { FailureOf, Runnable, ValueOf } from "./task-types.ts";

/** Whether `add` waits for room. */
export interface AddOptions extends WaitOptions {
  /** `false`: it throws PoolFull instead. */
  readonly block?: boolean | undefined;
}

/**
 * A Group with room for so many: `spawn` and `add` wait until somebody ends or is
 * discarded. Whoever waits longest gets in first; a fiber that runs may take the
 * place that has just come free. Killed while it waits, nothing has happened.
 *
 * A member may wait for ever for work that it gave to its own pool, if that is
 * full of such members; but what it has done by `apply` and `map` it does itself.
 *
 * gevent: `gevent.pool.Pool`.
 *
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { Pool } from "fibril/pool";
 *
 * function* fetchPage(n: number) {
 *   console.log("get", n);
 *   yield* sleep(5);
 *   return n * 100;
 * }
 * spawn(function* () {
 *   const pool = new Pool(2);
 *   console.log(yield* pool.map(fetchPage, [1, 2, 3]));
 *   // -> get 1
 *   // -> get 2
 *   // -> get 3
 *   // -> [ 100, 200, 300 ]
 * });
 * ```
 */
export class Pool extends Members {
  /** @throws RangeError for a size that is no integer >= 0; Infinity, the default, is one. */
  constructor(size: number = Number.POSITIVE_INFINITY) {
    super(new Roll("pool", checkedSize(size)));
  }

  /**
   * As `Group.use`, with a new Pool of `size`.
   *
   * @example
   * ```ts
   * import { sleep, spawn } from "fibril";
   * import { Pool } from "fibril/pool";
   *
   * spawn(function* () {
   *   yield* Pool.use(1, function* (pool) {
   *     for (const name of ["Ann", "Bob"]) {
   *       yield* pool.spawn(function* () {
   *         yield* sleep(5);
   *         console.log(name);
   *       });
   *     }
   *   });
   *   console.log("all done");
   * });
   * // -> Ann
   * // -> Bob
   * // -> all done
   * ```
   */
  static use<M>(
    size: number,
    block: ((pool: Pool, signal: AbortSignal) => M) & Runnable<M>,
    options?: UseOptions,
  ): Wait<ValueOf<M>, unknown>;
  static use(
    size: number,
    block: (pool: Pool) => unknown,
    options?: UseOptions,
  ): Wait<never, unknown> {
    checkedSize(size);
    const make = () => {
      const group = new Pool(size);
      return { group, roll: group.roll };
    };
    return use(make, block, options) as Wait<never, unknown>;
  }

  /** How many may be in it. Assignable: if there are more just now, they stay. */
  get size(): number {
    return this.roll.size;
  }

  set size(size: number) {
    this.roll.size = checkedSize(size);
  }

  /** How many may still come in without waiting. */
  freeCount(): number {
    return this.roll.free;
  }

  /** Waits until there is room, without taking it, and gives how much: 0 if the `timeout` came first. */
  waitAvailable(options?: WaitOptions): Wait<number> {
    checkOptions(options, "waitAvailable");
    const wait = new AwaitRoom(this.roll);
    return isLimited(options) ? limited(wait, options, { value: 0 }) : wait;
  }

  /**
   * Waits for room, queues a new fiber, as `spawn` does, that is a member, and
   * gives it. Awaited in an async function it goes on to the body's value, since a
   * Fiber is a PromiseLike: there `applyAsync` gives the fiber itself.
   */
  spawn<Args extends unknown[], M>(
    body: ((...args: Args) => M) & Runnable<M>,
    ...args: Args
  ): Wait<Fiber<ValueOf<M>, FailureOf<M>>>;
  spawn<B extends Body<Yieldable, unknown> | Effect<unknown, unknown>>(
    body: B,
  ): Wait<Fiber<ValueOf<B>, FailureOf<B>>>;
  spawn<Args extends unknown[], M>(
    options: SpawnOptions,
    body: ((...args: Args) => M) & Runnable<M>,
    ...args: Args
  ): Wait<Fiber<ValueOf<M>, FailureOf<M>>>;
  spawn<B extends Body<Yieldable, unknown> | Effect<unknown, unknown>>(
    options: SpawnOptions,
    body: B,
  ): Wait<Fiber<ValueOf<B>, FailureOf<B>>>;
  spawn(first: unknown, ...rest: unknown[]): Wait<never> {
    const { roll, spawn } = this;
    const make = () => new Recruit(makeAny(spawn as never, first, ...rest), roll.own, first);
    return new Admit(roll, make(), make) as unknown as Wait<never>;
  }

  /**
   * Waits for room and makes a fiber that runs already a member. Throws PoolFull
   * past the `timeout`, and with `block: false` if there is no room now.
   */
  add(fiber: Fiber): Wait<void>;
  add(fiber: Fiber, options?: AddOptions): Wait<void, PoolFull>;
  add(fiber: Fiber, options?: AddOptions): Wait<void, PoolFull> {
    checkOptions(options, "add");
    checkedFiber(fiber, "add");
    if (options?.block === false) return new AddAtOnce(this.roll, fiber);
    const add = new Add(this.roll, fiber);
    if (!isLimited(options)) return add;
    return script(addInTime, limited(add, options, { value: LATE }), fiber, this.roll);
  }
}

/** What an `add` gives that timed out. */
const LATE = "late";

function* addInTime(
  add: Wait<void | typeof LATE, PoolFull>,
  fiber: Fiber,
  roll: Roll,
): Generator<Yieldable<PoolFull>, void, never> {
  if ((yield* add) === LATE) throw poolFull(fiber, roll);
}

function checkedSize(size: unknown): number {
  if (typeof size !== "number") {
    throw new TypeError(`Cannot make a Pool of size ${show(size)}: pass a number`);
  }
  if (size >= 0 && (Number.isInteger(size) || size === Number.POSITIVE_INFINITY)) return size;
  throw new RangeError(`Cannot make a Pool of size ${size}: pass an integer >= 0, or Infinity`);
}
