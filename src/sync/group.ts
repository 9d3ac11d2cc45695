import type { Effect } from "effect/Effect";
import type { Fiber } from "../fiber/fiber.ts";
import { type Body, beginAny, makeAny, type SpawnOptions } from "../fiber/spawn.ts";
import type { Wait, Yieldable } from "../fiber/wait.ts";
import { checkedFiber, Members } from "./group-members.ts";
import { Roll } from "./group-roll.ts";
import { type UseOptions, use } from "./group-use.ts";
import type { FailureOf, Runnable, ValueOf } from "./task-types.ts";

/**
 * Fibers that belong together: joined together, killed together. It holds the
 * live ones and forgets each when it ends, but for its failure, which the next
 * `join` throws. With `Group.use` it ends with its block.
 *
 * gevent: `gevent.pool.Group`.
 *
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { Group } from "fibril/pool";
 *
 * function* talk(name: string, ms: number) {
 *   yield* sleep(ms);
 *   console.log("Hello from", name);
 * }
 * spawn(function* () {
 *   const group = new Group();
 *   group.spawn(talk, "Ann", 20);
 *   group.spawn(talk, "Bob", 10);
 *   console.log(group.length); // -> 2
 *   yield* group.join();
 *   // -> Hello from Bob
 *   // -> Hello from Ann
 *   console.log(group.length); // -> 0
 * });
 * ```
 */
export class Group extends Members {
  /** @param fibers its first members. */
  constructor(fibers: Iterable<Fiber> = []) {
    super(new Roll("group", Number.POSITIVE_INFINITY));
    for (const fiber of fibers) this.add(fiber);
  }

  /**
   * Runs `block` with a new Group and gives its value when all members have ended;
   * throws the first failure of one. If the block throws or is killed, they are
   * killed. Nobody is left in the group when this is over.
   *
   * @example
   * ```ts
   * import { sleep, spawn } from "fibril";
   * import { Group } from "fibril/pool";
   *
   * spawn(function* () {
   *   const count = yield* Group.use(function* (group) {
   *     for (const ms of [3, 1, 2]) group.spawn(() => sleep(ms));
   *     return group.length;
   *   });
   *   console.log(count, "ran and are over"); // -> 3 ran and are over
   * });
   * ```
   */
  static use<M>(
    block: ((group: Group, signal: AbortSignal) => M) & Runnable<M>,
    options?: UseOptions,
  ): Wait<ValueOf<M>, unknown>;
  static use(block: (group: Group) => unknown, options?: UseOptions): Wait<never, unknown> {
    const make = () => {
      const group = new Group();
      return { group, roll: group.roll };
    };
    return use(make, block, options) as Wait<never, unknown>;
  }

  /** Queues a new fiber, as `spawn` does, that is a member. */
  spawn<Args extends unknown[], M>(
    body: ((...args: Args) => M) & Runnable<M>,
    ...args: Args
  ): Fiber<ValueOf<M>, FailureOf<M>>;
  spawn<B extends Body<Yieldable, unknown> | Effect<unknown, unknown>>(
    body: B,
  ): Fiber<ValueOf<B>, FailureOf<B>>;
  spawn<Args extends unknown[], M>(
    options: SpawnOptions,
    body: ((...args: Args) => M) & Runnable<M>,
    ...args: Args
  ): Fiber<ValueOf<M>, FailureOf<M>>;
  spawn<B extends Body<Yieldable, unknown> | Effect<unknown, unknown>>(
    options: SpawnOptions,
    body: B,
  ): Fiber<ValueOf<B>, FailureOf<B>>;
  spawn(first: unknown, ...rest: unknown[]): Fiber<never, never> {
    const fiber = makeAny(this.spawn as never, first, ...rest);
    this.roll.enter(fiber, this.roll.own);
    return beginAny(fiber, first);
  }

  /** Makes a fiber a member, unless it is one or has ended. */
  add(fiber: Fiber): void {
    const { roll } = this;
    if (checkedFiber(fiber, "add").dead) roll.failures.record(fiber);
    else if (!roll.members.has(fiber)) roll.enter(fiber, roll.own);
  }
}
