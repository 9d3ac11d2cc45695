import type { Effect } from "effect/Effect";
import type { Fiber as EffectFiber } from "effect/Fiber";
import { show } from "../fiber/body.ts";
import type { FiberCore } from "../fiber/core.ts";
import { type FiberState, ready, type Step } from "../fiber/fiber-state.ts";
import { Get } from "../fiber/join.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import type { Thrown } from "../fiber/outcome.ts";
import { isSelectable, type Selectable, type Waiter } from "../fiber/selectable.ts";
import { isFiber } from "../fiber/state.ts";
import { Op, type Wait } from "../fiber/wait.ts";
import { holdersOf } from "../scheduler/deadlock.ts";
import { hub } from "../scheduler/hub.ts";
import type { Park, Parked } from "../scheduler/park.ts";

/** One of those to choose from: a Wait not begun, or a fiber for its value. */
export type SelectCase = Effect<unknown, unknown> | EffectFiber<unknown, unknown>;

type Value<C> =
  C extends Effect<infer A, infer _E, infer _R>
    ? A
    : C extends EffectFiber<infer A, infer _E>
      ? A
      : never;
type Failure<C> =
  C extends Effect<infer _A, infer E, infer _R>
    ? E
    : C extends EffectFiber<infer _A, infer E>
      ? E
      : never;
type Position<K> = K extends `${infer N extends number}` ? N : number;
type Positions<T> = number extends (T & readonly unknown[])["length"]
  ? number
  : keyof T & `${number}`;

/** Which of them it was, and what it gave: a look at `index` or `key` tells the type of `value`. */
export type Selected<T> = T extends readonly unknown[]
  ? {
      [K in Positions<T>]: { readonly index: Position<K>; readonly value: Value<T[K & keyof T]> };
    }[Positions<T>]
  : { [K in keyof T]: { readonly key: K; readonly value: Value<T[K]> } }[keyof T];

/**
 * Waits for the first of several Waits, and it alone happens: no other has sent,
 * received or waited for anything. Of those that are ready now it is the first
 * in order. Takes a channel's `send`, `receive` and `next`, a queue's `put` and
 * `get`, an event's `wait`, a lock's `acquire`, `sleep`, a fiber or its `get` and
 * `join`, as an array or a record. Past `timeout` it throws a Timeout; a failure
 * of the first is thrown.
 *
 * Go: `select`; gevent has `gevent.wait` alone.
 *
 * @throws TypeError at the call for what can't be selected.
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { Channel, select } from "fibril/channel";
 *
 * spawn(function* () {
 *   const channel = new Channel<string>();
 *   const first = yield* select({ word: channel.receive(), late: sleep("10 millis") });
 *   console.log(first.key); // -> late
 * });
 * ```
 */
export function select<
  const T extends readonly SelectCase[] | Readonly<Record<string, SelectCase>>,
>(cases: T, options?: WaitOptions): Wait<Selected<T>, Failure<T[keyof T]>>;
export function select(cases: unknown, options?: WaitOptions): Wait<unknown, unknown> {
  checkOptions(options, "select");
  const op = new Select(branchesOf(cases));
  return isLimited(options) ? limited(op, options) : op;
}

interface Branch {
  readonly wait: Selectable;
  /** The result with a value in it. */
  readonly result: (value: unknown) => object;
}

function branchesOf(cases: unknown): Branch[] {
  if (Array.isArray(cases)) {
    const branches = cases.map((wait, index) => ({
      wait: asSelectable(wait, `element ${index}`),
      result: (value: unknown) => ({ index, value }),
    }));
    return refuseNone(branches);
  }
  if (
    typeof cases !== "object" ||
    cases === null ||
    isSelectable(cases) ||
    Symbol.iterator in cases
  ) {
    throw new TypeError(`Cannot select from ${show(cases)}: pass an array or a record of Waits`);
  }
  const branches = Object.entries(cases).map(([key, wait]) => ({
    wait: asSelectable(wait, `"${key}"`),
    result: (value: unknown) => ({ key, value }),
  }));
  return refuseNone(branches);
}

function refuseNone(branches: Branch[]): Branch[] {
  if (branches.length > 0) return branches;
  throw new TypeError("Cannot select from nothing, it would wait for ever: pass at least one Wait");
}

function asSelectable(wait: unknown, which: string): Selectable {
  if (isFiber(wait)) return new Get(wait as FiberState);
  if (isSelectable(wait)) return wait;
  throw new TypeError(
    `Cannot select ${which}, ${show(wait)}: of it can't be said that it never happened if another comes first. ` +
      "Pass a channel's send or receive, a queue's put or get, an event's wait, a lock's acquire, sleep, a fiber's get or join, all without options; for anything else spawn(body) and pass the fiber",
  );
}

class Select extends Op<unknown, unknown> {
  readonly #branches: readonly Branch[];

  constructor(branches: readonly Branch[]) {
    super();
    this.#branches = branches;
  }

  begin(fiber: FiberCore): Step {
    for (const { wait, result } of this.#branches) {
      const step = wait.poll(fiber);
      if (step === undefined) continue;
      if (step !== hub.parked) return ready(result(step.value));
      // It is done, but somebody else goes first.
      fiber.inbox = result(fiber.inbox);
      return step;
    }
    const choice = new Choice(fiber);
    choice.enlist(this.#branches);
    return fiber.parkOn(choice);
  }
}

/** A fiber that stands in several lines: who wakes it takes it off the others. */
class Choice implements Park {
  readonly fiber: FiberCore;
  readonly #parks: Park[] = [];

  constructor(fiber: FiberCore) {
    this.fiber = fiber;
  }

  enlist(branches: readonly Branch[]): void {
    try {
      for (const { wait, result } of branches) {
        this.#parks.push(wait.enlist(new Candidate(this, result), this.fiber));
      }
    } catch (error) {
      this.cancel();
      throw error;
    }
  }

  cancel(): boolean {
    for (const park of this.#parks) park.cancel();
    return true;
  }

  describe(): string {
    return `select(${this.#parks.map((park) => park.describe()).join(", ")})`;
  }

  holders(): readonly Parked[] {
    return this.#parks.flatMap((park) => holdersOf({ park } as Parked));
  }
}

/** Its place in one of the lines. */
class Candidate implements Waiter {
  readonly #choice: Choice;
  readonly #result: (value: unknown) => object;

  constructor(choice: Choice, result: (value: unknown) => object) {
    this.#choice = choice;
    this.#result = result;
  }

  wake(value: unknown): void {
    this.#choice.cancel();
    this.#choice.fiber.wake(this.#result(value));
  }

  wakeFailed(thrown: Thrown): void {
    this.#choice.cancel();
    this.#choice.fiber.wakeFailed(thrown);
  }

  wakeThrowing(error: unknown): void {
    this.#choice.cancel();
    this.#choice.fiber.wakeThrowing(error);
  }
}
