import type { Exit } from "effect/Exit";
import type * as EffectFiber from "effect/Fiber";
import { cycleExit, findCycle } from "../scheduler/deadlock.ts";
import type { Park } from "../scheduler/park.ts";
import { show } from "./body.ts";
import type { FiberCore } from "./core.ts";
import { type FiberState, OBSERVED, type Observer, ready, type Step } from "./fiber-state.ts";
import { refuseCycle, refuseSelf, valueOf } from "./join.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "./limits.ts";
import { isFiber } from "./state.ts";
import { Op, type Wait } from "./wait.ts";

/** How several fibers are joined. */
export interface JoinAllOptions extends WaitOptions {
  /** `true` (the default): the first failure is thrown as it happens. `false`: gives every Exit. */
  readonly raiseError?: boolean | undefined;
}

type AnyFiber = EffectFiber.Fiber<unknown, unknown>;
type Value<F> = F extends EffectFiber.Fiber<infer A, infer _E> ? A : never;
type Failure<F> = F extends EffectFiber.Fiber<infer _A, infer E> ? E : never;
type Ended<F> = F extends EffectFiber.Fiber<infer A, infer E> ? Exit<A, E> : never;

/** Several fibers: an array, a tuple, any iterable, or a record. */
export type Fibers = Iterable<AnyFiber> | Readonly<Record<string, AnyFiber>>;

type Members<T> =
  T extends Readonly<Record<string, AnyFiber>>
    ? T[keyof T]
    : T extends Iterable<infer F>
      ? F
      : never;

/** What `joinAll` gives: the values, in the shape in which the fibers came. */
export type Values<T> = T extends readonly AnyFiber[]
  ? { -readonly [K in keyof T]: Value<T[K]> }
  : T extends Iterable<infer F>
    ? Value<F>[]
    : { -readonly [K in keyof T]: Value<T[K]> };

/** What `joinAll` gives with `raiseError: false`. */
export type Exits<T> = T extends readonly AnyFiber[]
  ? { -readonly [K in keyof T]: Ended<T[K]> }
  : T extends Iterable<infer F>
    ? Ended<F>[]
    : { -readonly [K in keyof T]: Ended<T[K]> };

/**
 * Waits for several fibers and gives their values in input order, as a tuple,
 * an array or a record. Throws the first failure as it happens; the others run
 * on. Not bounded unless by `timeout`, which throws a Timeout.
 *
 * gevent: `gevent.joinall`, whose completion order is that of `wait` and `iwait`.
 *
 * @throws TypeError at the call for what is no fiber.
 * @example
 * ```ts
 * import { joinAll, sleep, spawn } from "fibril";
 *
 * function* double(n: number) {
 *   yield* sleep(10 - n);
 *   return n * 2;
 * }
 * joinAll([spawn(double, 1), spawn(double, 2)]).then(console.log); // -> [ 2, 4 ]
 * ```
 */
export function joinAll<const T extends Fibers>(
  fibers: T,
  options: JoinAllOptions & { readonly raiseError: false },
): Wait<Exits<T>>;
export function joinAll<const T extends Fibers>(
  fibers: T,
  options?: JoinAllOptions & { readonly raiseError?: true | undefined },
): Wait<Values<T>, Failure<Members<T>>>;
export function joinAll<const T extends Fibers>(
  fibers: T,
  options?: JoinAllOptions,
): Wait<Values<T> | Exits<T>, Failure<Members<T>>>;
export function joinAll(fibers: Fibers, options?: JoinAllOptions): Wait<unknown, unknown> {
  checkOptions(options, "joinAll");
  const { keys, targets } = listed(fibers);
  const op = new JoinAll(targets, keys, options?.raiseError ?? true);
  return isLimited(options) ? limited(op, options) : op;
}

/** The fibers as a list, and the keys of a record. */
function listed(fibers: Fibers): { targets: FiberState[]; keys: string[] | undefined } {
  if (typeof fibers !== "object" || fibers === null) {
    throw new TypeError(`Cannot joinAll ${show(fibers)}: pass an array or record of fibers`);
  }
  const keys = Symbol.iterator in fibers && !isFiber(fibers) ? undefined : Object.keys(fibers);
  const all = keys === undefined ? [...(fibers as Iterable<unknown>)] : Object.values(fibers);
  let at = 0;
  while (at < all.length && isFiber(all[at])) at++;
  if (at === all.length) return { targets: all as FiberState[], keys };
  if (isFiber(fibers)) {
    throw new TypeError("joinAll takes several fibers: pass [fiber], or use fiber.get()");
  }
  throw new TypeError(
    `Cannot joinAll: element ${keys?.[at] ?? at} is ${show(all[at])} and no Fiber: spawn(body) gives one`,
  );
}

class JoinAll extends Op<unknown, unknown> {
  readonly #targets: readonly FiberState[];
  readonly #keys: readonly string[] | undefined;
  readonly #raiseError: boolean;

  constructor(
    targets: readonly FiberState[],
    keys: readonly string[] | undefined,
    raiseError: boolean,
  ) {
    super();
    this.#targets = targets;
    this.#keys = keys;
    this.#raiseError = raiseError;
  }

  begin(fiber: FiberCore): Step {
    const targets = this.#targets;
    const joining = new JoiningAll(fiber, this, targets);
    let alive = 0;
    for (const target of targets) {
      if (target.dead) this.#throwFailure(fiber, target);
      else alive++;
    }
    if (alive === 0) return ready(this.collect());
    joining.alive = alive;
    refuseSelf(fiber, targets);
    const last = joining.holder();
    if (last !== undefined) refuseCycle(fiber, last, joining);
    for (const target of targets) if (!target.dead) target.observe(joining);
    return fiber.parkOn(joining);
  }

  /** Whether this target's failure ends the wait. */
  raises(target: FiberState): boolean {
    return this.#raiseError && target.failure !== undefined;
  }

  /** Every target is dead: its values, or Exits. */
  collect(): unknown {
    const all: unknown[] = [];
    for (const target of this.#targets) {
      target.flags |= OBSERVED;
      all.push(this.#raiseError ? valueOf(target) : target.settledExit);
    }
    const keys = this.#keys;
    return keys === undefined ? all : Object.fromEntries(keys.map((key, i) => [key, all[i]]));
  }

  #throwFailure(fiber: FiberCore, target: FiberState): void {
    target.flags |= OBSERVED;
    if (!this.raises(target) || target.failure === undefined) return;
    throw fiber.failing(target.failure);
  }
}

/** One record for a run of `joinAll`, in the observers of every fiber that it waits for. */
class JoiningAll implements Park, Observer {
  readonly #waiter: FiberCore;
  readonly #op: JoinAll;
  readonly #targets: readonly FiberState[];
  readonly observes = true;
  readonly prompt = true;
  alive = 0;

  constructor(waiter: FiberCore, op: JoinAll, targets: readonly FiberState[]) {
    this.#waiter = waiter;
    this.#op = op;
    this.#targets = targets;
  }

  settled(target: FiberState): void {
    // A fiber that is there twice may have woken the waiter already.
    if (this.#waiter.park !== this) return;
    this.alive--;
    if (target.failure !== undefined && this.#op.raises(target)) {
      this.cancel();
      this.#waiter.wakeFailed(target.failure);
    } else if (this.alive === 0) this.#waiter.wake(this.#op.collect());
    else if (this.alive === 1) this.#checkLast();
  }

  /** Only now is it certain who must act: the others might have failed and ended the wait. */
  #checkLast(): void {
    const last = this.holder();
    const cycle = last === undefined ? undefined : findCycle(this.#waiter, last);
    if (cycle === undefined) return;
    this.cancel();
    this.#waiter.wakeThrowing(cycleExit(cycle, this));
  }

  cancel(): boolean {
    for (const target of this.#targets) target.unobserve(this);
    return true;
  }

  describe(): string {
    const alive = this.holders();
    const names = alive.slice(0, 3).map((target) => target.name);
    const more = alive.length > names.length ? `, … ${alive.length - names.length} more` : "";
    return `joinAll(${names.join(", ")}${more})`;
  }

  holder(): FiberState | undefined {
    return this.alive === 1 ? this.#targets.find((target) => !target.dead) : undefined;
  }

  holders(): FiberState[] {
    return this.#targets.filter((target) => !target.dead);
  }
}
