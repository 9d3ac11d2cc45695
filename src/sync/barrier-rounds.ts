import type { FiberCore } from "../fiber/core.ts";
import { ready, type Step } from "../fiber/fiber-state.ts";
import { runInline } from "../fiber/run-inline.ts";
import { Op, type Yieldable } from "../fiber/wait.ts";
import { WaiterList } from "../internal/waiters.ts";
import { BrokenBarrierError } from "./broken-barrier-error.ts";
import { Event } from "./event.ts";
import { WaitingPlace } from "./place.ts";

/** In place of the number of one that came too late. */
export const TIMED_OUT = -1;

/** Who has arrived in the round that is under way. */
export class Rounds {
  readonly parties: number;
  readonly action: unknown;
  readonly waiting: WaiterList<ArrivedPlace> = new WaiterList();
  broken = false;
  /** How often it was broken: by that the one who runs the action sees what came meanwhile. */
  breaks = 0;
  /** While an action runs; set when that is over. */
  acting: Event | undefined = undefined;

  constructor(parties: number, action: unknown) {
    this.parties = parties;
    this.action = action;
  }

  /** All have arrived: at once, since nobody else may be the last of this round. */
  complete(): void {
    if (this.action === undefined) this.release();
    else this.acting = new Event();
  }

  release(): void {
    for (let i = 0; i < this.parties - 1; i++) this.waiting.shift()?.serve();
  }

  break(how: string): void {
    this.broken = true;
    this.breaks++;
    for (let place = this.waiting.shift(); place; place = this.waiting.shift()) place.refuse(how);
  }
}

/** What one does at a barrier, `arrival` being its wait for the others. */
export function* pass(
  rounds: Rounds,
  arrival: Yieldable<never>,
): Generator<Yieldable<never>, number, never> {
  // Who comes while an action runs belongs to the next round.
  while (rounds.acting !== undefined) yield* rounds.acting.wait();
  const index = (yield* arrival) as number;
  if (index === TIMED_OUT) throw brokenBarrier("timed out");
  if (index === rounds.parties - 1 && rounds.acting !== undefined)
    yield* act(rounds, rounds.acting);
  return index;
}

/** Runs the action and lets the round go on, or breaks it. */
function* act(rounds: Rounds, acting: Event): Generator<Yieldable<never>, void, never> {
  const { breaks } = rounds;
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

/** Waits for the others, if there are more to come. */
export class Arrive extends Op<number> {
  readonly #rounds: Rounds;

  constructor(rounds: Rounds) {
    super();
    this.#rounds = rounds;
  }

  begin(fiber: FiberCore): Step {
    const rounds = this.#rounds;
    if (rounds.broken) throw brokenBarrier("is broken");
    const index = rounds.waiting.size;
    if (index === rounds.parties - 1) {
      rounds.complete();
      return ready(index);
    }
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
