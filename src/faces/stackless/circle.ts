import type { FiberCore } from "../../fiber/core.ts";
import { ASYNC, type Step } from "../../fiber/fiber-state.ts";
import { host } from "../../internal/host.ts";
import { hub } from "../../scheduler/hub.ts";
import type { Parked } from "../../scheduler/park.ts";
import { Chain } from "./chain.ts";
import { type Owner, Place } from "./place.ts";

/**
 * The tasklets of one main tasklet, in the order in which they take turns. What
 * Stackless has for a thread is here for every fiber that is no tasklet, and one
 * for the top level of the program.
 *
 * One entry in the hub's queue stands for them all: each time it runs the first
 * tasklet goes on to its next wait. So they keep the order of Stackless among
 * themselves, and take turns with all other fibers.
 */
export class Circle {
  /** Those that can go on, without the one that runs. */
  readonly runnables: Chain<Place> = new Chain();
  main: Owner | undefined = undefined;
  /** While it is above 0 a switch is an error. */
  trap = 0;
  /** The tasklets that will go on by themselves: runnable, running, or waiting for something else. */
  readonly #busy = new Set<Owner>();
  /** Those in `run`, the innermost last. */
  readonly #runners: Place[] = [];
  #isQueued = false;

  /** Makes a place runnable, as the last. */
  admit(place: Place): void {
    place.leave();
    place.wake();
    place.owner.rouse();
    this.runnables.push(place);
    this.#queue();
  }

  /** Goes on at a place: those who stood before it come last. One that is nowhere is added as the last. */
  turnTo(place: Place): void {
    if (place.chain !== this.runnables) this.admit(place);
    this.runnables.turnTo(place);
  }

  /** The running fiber goes on with `value` when its turn comes; as the last, which the caller may change. */
  requeue(owner: Owner, fiber: FiberCore, value: unknown): Place {
    const place = new Place(owner, fiber, "stackless.schedule");
    fiber.requeue();
    // Its turn is in the circle, not at the tail of the hub's queue, where that put it.
    hub.ring.pop();
    fiber.inbox = value;
    this.runnables.push(place);
    this.#queue();
    return place;
  }

  /** Parks the running fiber until no tasklet is left that could go on. */
  awaitQuiet(owner: Owner, fiber: FiberCore): Step {
    const place = new RunnerPlace(owner, fiber, this.#runners, this.#busy);
    this.#runners.push(place);
    // Its caller is not waited for, even if a timeout may strike it.
    this.#busy.delete(owner);
    const step = fiber.parkOn(place);
    this.#settle();
    return step;
  }

  /** A tasklet will go on by itself. */
  roused(owner: Owner): void {
    this.#busy.add(owner);
  }

  /** It is blocked, paused, in `run` or at its end. */
  rested(owner: Owner): void {
    if (this.#busy.delete(owner)) this.#settle();
  }

  /**
   * A tasklet ended by `error`: that is thrown out of the innermost `run`, or
   * else where the main tasklet stands, which goes on next. If that is in no wait
   * of ours, nobody gets it.
   */
  fail(error: unknown): void {
    const place = this.#catcher;
    if (place === undefined) return;
    this.turnTo(place);
    place.strike(error);
  }

  get hasCatcher(): boolean {
    return this.#catcher !== undefined;
  }

  get #catcher(): Place | undefined {
    return this.#runners.at(-1) ?? this.main?.place;
  }

  /** When all is quiet the innermost `run` is over; the others wait for its caller's end as well. */
  #settle(): void {
    if (this.#busy.size > 0 || this.runnables.size > 0) return;
    const runner = this.#runners.at(-1);
    if (runner !== undefined) this.admit(runner);
  }

  #queue(): void {
    if (this.#isQueued) return;
    this.#isQueued = true;
    // Code outside of any fiber goes on to its next `await` first, which may be `run`.
    if (hub.current === undefined) host.setImmediate(this.#enqueue);
    else this.#enqueue();
  }

  readonly #enqueue = (): void => hub.push(this.#turn);

  readonly #turn = (): void => {
    const place = this.runnables.shift();
    if (place === undefined) return this.#goOn();
    try {
      place.go();
    } finally {
      // Async code goes on by promises, to its next wait: that comes first, too.
      if (isAsync(place.fiber)) host.setImmediate(this.#goOn);
      else this.#goOn();
    }
  };

  readonly #goOn = (): void => {
    if (this.runnables.size > 0) return this.#enqueue();
    this.#isQueued = false;
    this.#settle();
  };
}

const isAsync = (fiber: FiberCore): boolean => fiber.isGuest || (fiber.flags & ASYNC) !== 0;

/** In `run`, waiting for all others. */
class RunnerPlace extends Place {
  readonly #runners: Place[];
  readonly #busy: ReadonlySet<Owner>;

  constructor(owner: Owner, fiber: FiberCore, runners: Place[], busy: ReadonlySet<Owner>) {
    super(owner, fiber, "stackless.run");
    this.#runners = runners;
    this.#busy = busy;
  }

  holders(): readonly Parked[] {
    return [...this.#busy].flatMap(({ fiber }) => fiber ?? []);
  }

  override leave(): void {
    super.leave();
    const index = this.#runners.indexOf(this);
    if (index >= 0) this.#runners.splice(index, 1);
  }
}
