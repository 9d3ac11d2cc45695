import type { Input as DurationInput } from "effect/Duration";
import { checkBody, show } from "../fiber/body.ts";
import type { FiberCore } from "../fiber/core.ts";
import { toMillis } from "../fiber/delay.ts";
import { ready, type Step } from "../fiber/fiber-state.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import { runInline } from "../fiber/run-inline.ts";
import { Op, script, type Wait, type Yieldable } from "../fiber/wait.ts";
import { WaiterList } from "../internal/waiters.ts";
import { BrokenBarrierError } from "./broken-barrier-error.ts";
import { Event } from "./event.ts";
import { WaitingPlace } from "./place.ts";

/** How a Barrier works. */
export interface BarrierOptions {
  /** Any kind of body, run by the last to arrive before anybody goes on. */
  readonly action?: (() => unknown) | undefined;
  /** For every `wait` without one of its own. */
  readonly timeout?: DurationInput | undefined;
}

/**
 * Where so many fibers wait for each other, round after round. Who is killed or
 * timed out while it waits there breaks it, for the others would wait for ever.
 *
 * threading: `threading.Barrier`.
 *
 * @example
 * ```ts
 * import { joinAll, spawn } from "fibril";
 * import { Barrier } from "fibril/sync";
 *
 * const barrier = new Barrier(2, { action: () => console.log("both are there") });
 * function* walk(name: string) {
 *   yield* barrier.wait();
 *   console.log(name, "goes on");
 * }
 * void joinAll([spawn(walk, "Ann"), spawn(walk, "Bob")]).then();
 * // -> both are there
 * // -> Bob goes on
 * // -> Ann goes on
 * ```
 */
export class Barrier {
  readonly #rounds: Rounds;
  readonly #timeout: DurationInput | undefined;

  /** @throws RangeError or TypeError for `parties` that are no integer >= 1, or bad options. */
  constructor(parties: number, options?: BarrierOptions) {
    checkParties(parties);
    checkOptions(options, "make a Barrier");
    if (options?.timeout !== undefined) toMillis(options.timeout, "time a Barrier out");
    if (options?.action !== undefined) checkBody(options.action, "make a Barrier's action of");
    this.#rounds = new Rounds(parties, options?.action);
    this.#timeout = options?.timeout;
  }

  /** How many have to arrive. */
  get parties(): number {
    return this.#rounds.parties;
  }

  /** How many wait just now. */
  get nWaiting(): number {
    return this.#rounds.waiting.size;
  }

  get broken(): boolean {
    return this.#rounds.broken;
  }

  /**
   * Waits until all parties have arrived, and gives the number of those who came
   * earlier: 0 for the first. Throws a BrokenBarrierError if the barrier is
   * broken, or gets so meanwhile, as by its own `timeout`.
   */
  wait(options?: WaitOptions): Wait<number> {
    checkOptions(options, "wait");
    const limits = { signal: options?.signal, timeout: options?.timeout ?? this.#timeout };
    const arrive = new Arrive(this.#rounds);
    const arrival = isLimited(limits) ? limited(arrive, limits, { value: TIMED_OUT }) : arrive;
    return script(pass, this.#rounds, arrival);
  }

  /** Breaks it: who waits, and who comes, gets a BrokenBarrierError until `reset`. */
  abort(): void {
    this.#rounds.break("was aborted");
  }

  /** Makes it as new; who waits gets a BrokenBarrierError. */
  reset(): void {
    this.#rounds.break("was reset");
    this.#rounds.broken = false;
  }
}

const TIMED_OUT = -1;

/** The round of a barrier that is under way. */
class Rounds {
  readonly parties: number;
  readonly action: unknown;
  readonly waiting: WaiterList<ArrivedPlace> = new WaiterList();
  broken = false;
  /** How often it was broken: who leads a round notices that it was his. */
  breaks = 0;
  /** Set when the action that runs now is over. */
  acting: Event | undefined = undefined;

  constructor(parties: number, action: unknown) {
    this.parties = parties;
    this.action = action;
  }

  /** All are there. */
  release(): void {
    for (let i = 0; i < this.parties - 1; i++) this.waiting.shift()?.serve();
  }

  break(how: string): void {
    this.broken = true;
    this.breaks++;
    for (let place = this.waiting.shift(); place; place = this.waiting.shift()) place.refuse(how);
  }
}

function* pass(
  rounds: Rounds,
  arrival: Yieldable<never>,
): Generator<Yieldable<never>, number, never> {
  // Who comes while an action runs belongs to the next round.
  while (rounds.acting !== undefined) yield* rounds.acting.wait();
  const index = (yield* arrival) as number;
  if (index === TIMED_OUT) throw brokenBarrier("timed out");
  if (index === rounds.parties - 1) yield* lead(rounds);
  return index;
}

/** What the last to arrive does. */
function* lead(rounds: Rounds): Generator<Yieldable<never>, void, never> {
  if (rounds.action === undefined) return rounds.release();
  const { breaks } = rounds;
  const acting = new Event();
  rounds.acting = acting;
  try {
    yield* runInline(rounds.action) as Generator<Yieldable<never>, unknown, never>;
    if (breaks !== rounds.breaks) throw brokenBarrier("was broken during its action");
    rounds.release();
  } catch (error) {
    if (breaks === rounds.breaks) rounds.break("was broken by its action");
    throw error;
  } finally {
    rounds.acting = undefined;
    acting.set();
  }
}

class Arrive extends Op<number> {
  readonly #rounds: Rounds;

  constructor(rounds: Rounds) {
    super();
    this.#rounds = rounds;
  }

  begin(fiber: FiberCore): Step {
    const rounds = this.#rounds;
    if (rounds.broken) throw brokenBarrier("is broken");
    const index = rounds.waiting.size;
    if (index === rounds.parties - 1) return ready(index);
    const place = new ArrivedPlace(fiber, rounds, index);
    rounds.waiting.push(place);
    return fiber.parkOn(place);
  }
}

class ArrivedPlace extends WaitingPlace {
  readonly #rounds: Rounds;
  readonly #index: number;

  constructor(fiber: FiberCore, rounds: Rounds, index: number) {
    super(fiber);
    this.#rounds = rounds;
    this.#index = index;
  }

  serve(): void {
    this.waiter.wake(this.#index);
  }

  refuse(how: string): void {
    this.waiter.wakeThrowing(brokenBarrier(how));
  }

  /** The others would wait for it for ever. */
  override cancel(): boolean {
    super.cancel();
    this.#rounds.break("was broken: somebody was killed or timed out there");
    return true;
  }

  describe(): string {
    const { waiting, parties } = this.#rounds;
    return `barrier.wait (${waiting.size} of ${parties} are there)`;
  }
}

function brokenBarrier(how: string): BrokenBarrierError {
  return new BrokenBarrierError(`The barrier ${how}: reset() makes it as new`);
}

function checkParties(parties: unknown): void {
  if (typeof parties !== "number") {
    throw new TypeError(`Cannot make a Barrier for ${show(parties)} parties: pass a number`);
  }
  if (Number.isSafeInteger(parties) && parties >= 1) return;
  throw new RangeError(`Cannot make a Barrier for ${parties} parties: pass an integer >= 1`);
}
