import { checkFunction, show } from "../fiber/body.ts";
import { Fiber } from "../fiber/fiber.ts";
import type { Source } from "../fiber/items.ts";
import type { KillAllOptions } from "../fiber/kill.ts";
import { checkOptions } from "../fiber/limits.ts";
import { begin, makeFiber } from "../fiber/spawn.ts";
import { isFiber } from "../fiber/state.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import { beginInLine } from "./group-entry.ts";
import { Imap } from "./group-imap.ts";
import { type GroupJoinOptions, joinRoll } from "./group-join.ts";
import { killRoll } from "./group-kill.ts";
import { Recruit } from "./group-line.ts";
import { applied, mapped } from "./group-map.ts";
import type { Roll } from "./group-roll.ts";
import { type Task, Work } from "./group-work.ts";
import type { Order } from "./imap-readers.ts";
import { checkedMaxsize, type ImapOptions, type Results } from "./imap-results.ts";
import type { FailureOf, Listed, Mapper, Runnable, Sources, ValueOf } from "./task-types.ts";
import { splitOptions, Zip } from "./zip.ts";

/** What `applyAsync` and `mapAsync` do at the end. */
export interface CallbackOptions<A> {
  /** Called with the value, in a fiber of its own: it may wait. Not after a failure. */
  readonly callback?: ((value: A) => unknown) | undefined;
}

/** What Group and Pool have in common: who is in them, how they end, and ways to give them work. */
export abstract class Members implements Iterable<Fiber> {
  protected readonly roll: Roll;

  constructor(roll: Roll) {
    this.roll = roll;
  }

  /** How many live members there are. */
  get length(): number {
    return this.roll.members.size;
  }

  /** Whether `fiber` is a live member. */
  has(fiber: Fiber): boolean {
    return this.roll.members.has(fiber);
  }

  /** The live members of this moment, in the order in which they came. */
  [Symbol.iterator](): IterableIterator<Fiber> {
    return [...this.roll.members].values();
  }

  /** Whether no more may come in just now. */
  full(): boolean {
    return this.roll.free === 0;
  }

  /** Lets a member go, which lives on without the group; false if it is none. */
  discard(fiber: Fiber): boolean {
    return this.roll.discard(checkedFiber(fiber, "discard"));
  }

  // --- Their end

  /**
   * Waits until nobody is left and nothing that was begun here, `applyAsync` and
   * `mapAsync` included, is still to come; then throws the first failure since the
   * last join, also that of a member long gone. One that ended as killed has not failed.
   * Past `timeout` it gives false, or throws what has failed so far.
   *
   * Failures of `apply`, `map` and `imap` are not its own: they are thrown there.
   */
  join(options: GroupJoinOptions & { readonly raiseError: false }): Wait<boolean>;
  join(options?: GroupJoinOptions): Wait<boolean, unknown>;
  join(options?: GroupJoinOptions): Wait<boolean, unknown> {
    checkOptions(options, "join");
    return joinRoll(this.roll, options);
  }

  /**
   * Kills all members at once, and what waits to become one: that never runs. The
   * Wait is for their death, and kills those who come meanwhile; it gives up
   * silently at its `timeout`.
   */
  kill(options?: KillAllOptions): Wait<void> {
    return killRoll(this.roll, options);
  }

  /** Kills `fiber` at once if it is a member; the Wait is for its death. */
  killOne(fiber: Fiber, options?: KillAllOptions): Wait<void> {
    checkOptions(options, "killOne");
    if (!this.has(checkedFiber(fiber, "kill"))) return script(nothing);
    return fiber.kill(options?.reason, options);
  }

  /** Kills what still runs and waits for its death: for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }

  // --- Work for them

  /**
   * Runs `fn` in a new member and gives its value. Called by a member it runs in
   * that one: it would wait for room that it takes up itself.
   */
  apply<Args extends unknown[], M>(
    fn: ((...args: Args) => M) & Runnable<M>,
    ...[args]: Listed<Args>
  ): Wait<ValueOf<M>, FailureOf<M>> {
    checkFunction(fn, "apply");
    const work = new Work(fn as Task, this.apply);
    return script(applied, this.roll, work, checkedArgs(args, "apply")) as never;
  }

  /** A new member that runs `fn`; if there is no room it begins later. Kill it and it never does. */
  applyAsync<Args extends unknown[], M>(
    fn: ((...args: Args) => M) & Runnable<M>,
    ...[args, options]: Listed<Args, [options?: CallbackOptions<ValueOf<M>>]>
  ): Fiber<ValueOf<M>, FailureOf<M>> {
    checkFunction(fn, "applyAsync");
    checkOptions(options, "applyAsync");
    const { roll, applyAsync } = this;
    const made = makeFiber("applyAsync", fn, checkedArgs(args, "applyAsync"), applyAsync);
    return withCallback(beginInLine(roll, new Recruit(made, roll.own)), options) as never;
  }

  /**
   * Runs `fn` on every item, each in a new member, and gives the values in the
   * order of the items. Several sources go side by side until the shortest ends.
   * Throws the failure of the first item, in that order, that fails; the others
   * run on. A member of a full pool runs `fn` by itself.
   */
  map<Items extends unknown[], M>(
    fn: Mapper<Items, M>,
    ...sources: Sources<Items>
  ): Wait<ValueOf<M>[], FailureOf<M>> {
    checkMap(fn, sources, "map");
    return script(mapped, this.roll, new Work(fn as Task, this.map), sources) as never;
  }

  /** As `map`, in a fiber that is no member and is given at once. */
  mapAsync<Items extends unknown[], M>(
    fn: Mapper<Items, M>,
    ...sources: Sources<Items>
  ): Fiber<ValueOf<M>[], FailureOf<M>>;
  mapAsync<T, M>(
    fn: Mapper<[T], M>,
    source: Source<T>,
    options: CallbackOptions<ValueOf<M>[]>,
  ): Fiber<ValueOf<M>[], FailureOf<M>>;
  mapAsync(fn: unknown, ...rest: unknown[]): Fiber<never, never> {
    const { sources, options } = splitOptions<CallbackOptions<unknown>>(rest);
    checkMap(fn, sources, "mapAsync");
    const { roll } = this;
    const work = new Work(fn as Task, this.mapAsync);
    const body = mapped(roll, work, sources);
    const mapper = new Fiber<never, never>(body, undefined, work.origin("mapAsync"));
    roll.employ(mapper, roll.mappers, roll.own);
    return withCallback(begin(mapper), options) as never;
  }

  /**
   * Runs `fn` on every item, as `map` does, and gives the results one by one in
   * the order of the items. It begins with the first `next`, takes items as there
   * is room in the pool, and at most `maxsize` more than are read. What the source
   * throws is thrown behind the last result.
   *
   * @example
   * ```ts
   * import { sleep } from "fibril";
   * import { Pool } from "fibril/pool";
   *
   * function* inverse(n: number) {
   *   yield* sleep(n);
   *   return 1 / n;
   * }
   * async function main() {
   *   for await (const value of new Pool(2).imap(inverse, [4, 1, 2])) console.log(value);
   *   // -> 0.25
   *   // -> 1
   *   // -> 0.5
   * }
   * void main();
   * ```
   */
  imap<Items extends unknown[], M>(
    fn: Mapper<Items, M>,
    ...sources: Sources<Items>
  ): Results<ValueOf<M>, FailureOf<M>>;
  imap<T, M>(
    fn: Mapper<[T], M>,
    source: Source<T>,
    options: ImapOptions,
  ): Results<ValueOf<M>, FailureOf<M>>;
  imap<T, U, M>(
    fn: Mapper<[T, U], M>,
    one: Source<T>,
    other: Source<U>,
    options: ImapOptions,
  ): Results<ValueOf<M>, FailureOf<M>>;
  imap(fn: unknown, ...rest: unknown[]): Results<never, never> {
    // Made here: Bun leaves out the frame of a tail call.
    const work = new Work(fn as Task, this.imap);
    return this.#imap(work, rest, "items");
  }

  /** As `imap`, in the order in which the results come. */
  imapUnordered<Items extends unknown[], M>(
    fn: Mapper<Items, M>,
    ...sources: Sources<Items>
  ): Results<ValueOf<M>, FailureOf<M>>;
  imapUnordered<T, M>(
    fn: Mapper<[T], M>,
    source: Source<T>,
    options: ImapOptions,
  ): Results<ValueOf<M>, FailureOf<M>>;
  imapUnordered<T, U, M>(
    fn: Mapper<[T, U], M>,
    one: Source<T>,
    other: Source<U>,
    options: ImapOptions,
  ): Results<ValueOf<M>, FailureOf<M>>;
  imapUnordered(fn: unknown, ...rest: unknown[]): Results<never, never> {
    const work = new Work(fn as Task, this.imapUnordered);
    return this.#imap(work, rest, "completion");
  }

  #imap(work: Work, rest: unknown[], order: Order): Results<never, never> {
    const { sources, options } = splitOptions<ImapOptions>(rest);
    checkFunction(work.task, "imap");
    const zip = new Zip(sources);
    const imap = new Imap(this.roll, work, zip, order, checkedMaxsize(options));
    return imap as unknown as Results<never, never>;
  }
}

/** For every call that takes a fiber. */
export function checkedFiber(fiber: unknown, verb: string): Fiber {
  if (isFiber(fiber)) return fiber as Fiber;
  throw new TypeError(`Cannot ${verb} ${show(fiber)}: pass a Fiber, as spawn(body) gives`);
}

function checkedArgs(args: unknown, caller: string): unknown[] {
  if (args === undefined) return [];
  if (Array.isArray(args)) return args;
  throw new TypeError(`Cannot ${caller} with ${show(args)} as arguments: pass an array of them`);
}

/** Before anything begins. */
function checkMap(fn: unknown, sources: unknown[], caller: string): void {
  checkFunction(fn, caller);
  new Zip(sources);
}

function withCallback(fiber: Fiber, options: CallbackOptions<never> | undefined): Fiber {
  const callback = options?.callback;
  if (callback !== undefined) fiber.linkValue((ended) => callback(ended.value as never));
  return fiber;
}

function* nothing(): Generator<Yieldable<never>, void, never> {
  // There is nobody to wait for.
}
