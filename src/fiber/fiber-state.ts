import type * as Exit from "effect/Exit";
import { hub } from "../scheduler/hub.ts";
import type { Park } from "../scheduler/park.ts";
import { DAEMON, GUEST, type Runnable } from "../scheduler/task.ts";
import { Extra } from "./extra.ts";
import type { Origin } from "./origin.ts";
import { exitFrom, isInterrupt, type Thrown, thrownFrom } from "./outcome.ts";
import {
  DONE,
  ENDING,
  NEW,
  PARKED,
  READY,
  RUNNING,
  STRUCK,
  type State,
  SWITCHING,
} from "./state.ts";

/** Its body is an async function: there is no generator to throw into. */
export const ASYNC = 4;
/** Its failure is typed `unknown`, so a throw is a failure and no defect. */
export const TYPED = 8;
/** Somebody looked at how it ended. */
export const OBSERVED = 16;
/** Its body is a generator function: what it gives needs no look. */
export const GENERATOR = 32;
/** Not begun yet, and its inbox is the one argument itself: an array of it takes 56 bytes. */
export const UNARY = 64;

/** Told once when a fiber has ended. */
export interface Observer {
  settled(fiber: FiberState): void;
  /** Whether it counts as having seen a failure. */
  readonly observes: boolean;
  /** Called inside the fiber's last step, not a turn later: for those who only wake another fiber. */
  readonly prompt: boolean;
}

/** What one step of a body gives the driver. */
export type Step = IteratorResult<unknown, unknown>;

const finished: { value: unknown; done: true } = { value: undefined, done: true };

/** The result of an op that did its work at once. */
export function ready(value: unknown): Step {
  finished.value = value;
  return finished;
}

/**
 * A fiber's state: how it parks, is woken and ends. It owns the body and
 * everything the body waits on; the driver (`drive`) moves it.
 */
export abstract class FiberState implements Runnable {
  state: State = NEW;
  flags = 0;
  readonly id: number;
  /** The body: first what to run, then the generator that runs. */
  body: unknown;
  /** The arguments, then whatever it is resumed with. */
  inbox: unknown;
  park: Park | undefined = undefined;
  settledExit: Exit.Exit<unknown, unknown> | undefined = undefined;
  observers: Observer | Observer[] | undefined = undefined;
  origin: Origin;
  extra: Extra | undefined = undefined;
  next: Runnable | undefined = undefined;
  previous: Runnable | undefined = undefined;

  constructor(id: number, body: unknown, args: unknown, origin: Origin) {
    this.id = id;
    this.body = body;
    this.inbox = args;
    this.origin = origin;
  }

  abstract runStep(): void;
  abstract get name(): string;
  /** Called when it ended with a failure that no observer saw. */
  protected abstract unobserved(): void;
  /** Called when a guest ended, before anybody is told. */
  protected settled(_exit: Exit.Exit<unknown, unknown>): void {}

  get daemon(): boolean {
    return (this.flags & DAEMON) !== 0;
  }

  get isGuest(): boolean {
    return (this.flags & GUEST) !== 0;
  }

  /** The async fiber that a guest awaits for. */
  get owner(): FiberState | undefined {
    return undefined;
  }

  get spawnSite(): string | undefined {
    return this.origin.site?.location;
  }

  get mayBeStruck(): boolean {
    return this.extra !== undefined && this.extra.deadlines > 0;
  }

  get dead(): boolean {
    return this.state === DONE;
  }

  /** The rarely needed part, made when it is needed. */
  get more(): Extra {
    this.extra ??= new Extra();
    return this.extra;
  }

  // --- Parking and waking

  /** Registers the fiber as waiting; the op's iterator returns the result as it is. */
  parkOn(park: Park): Step {
    this.state = PARKED;
    this.park = park;
    return hub.parked;
  }

  /** Puts the running fiber at the tail of the queue. */
  requeue(): Step {
    this.state = READY;
    hub.push(this);
    return hub.parked;
  }

  /** Ends the turn within the running step: the op returns `value` in the next one. No strike comes between. */
  pause(value: unknown): Step {
    this.state = READY;
    this.inbox = value;
    return hub.paused;
  }

  /** Resumes a parked fiber: its op returns `value`. */
  wake(value: unknown): void {
    this.park = undefined;
    this.state = READY;
    this.inbox = value;
    hub.push(this);
  }

  /** Resumes a parked fiber: its op throws. Its Cause is kept for the fiber's Exit. */
  wakeFailed(thrown: Thrown): void {
    this.wakeThrowing(this.failing(thrown));
  }

  wakeThrowing(error: unknown): void {
    this.park = undefined;
    this.state = STRUCK;
    this.inbox = error;
    hub.push(this);
  }

  /** What a resumed op returns. */
  take(): Step {
    const value = this.inbox;
    this.inbox = undefined;
    return ready(value);
  }

  /** Remembers which Cause an error stands for that is about to be thrown, and gives the error. */
  failing(thrown: Thrown): unknown {
    this.more.thrown = thrown;
    return thrown.error;
  }

  /** Undoes a registration whose op was not reached by `yield*`. */
  unregister(): void {
    if (this.state === PARKED) this.park?.cancel();
    else if (this.state !== RUNNING && this.state !== SWITCHING) this.more.stale++;
    this.park = undefined;
    this.inbox = undefined;
    this.state = RUNNING;
  }

  // --- The end

  /** Ends the fiber by what its body threw. */
  endThrowing(error: unknown): void {
    this.end(this.exitOf(error));
  }

  protected exitOf(error: unknown): Exit.Exit<never, unknown> {
    return exitFrom(error, {
      thrown: this.extra?.thrown,
      killed: this.extra?.killing !== undefined,
      typed: (this.flags & TYPED) !== 0,
    });
  }

  /** The body is over: what it forked is interrupted, then everybody is told. */
  end(exit: Exit.Exit<unknown, unknown>): void {
    this.park?.cancel();
    this.state = ENDING;
    this.body = undefined;
    this.inbox = undefined;
    this.park = undefined;
    if (this.extra === undefined) this.settle(exit);
    else this.release(this.extra, exit);
  }

  /** Apart from `end`, where the closure below would cost every fiber 48 bytes. */
  private release(extra: Extra, exit: Exit.Exit<unknown, unknown>): void {
    extra.killing?.close();
    extra.callers.length = 0;
    const companions = extra.formerCompanions.splice(0);
    if (extra.companion !== undefined) companions.push(extra.companion);
    extra.companion = undefined;
    let open = 1;
    const closed = () => {
      if (--open === 0) this.settle(exit);
    };
    for (const companion of companions) if (!companion.close(closed)) open++;
    closed();
  }

  /** What `get` throws, always the same object, and its Cause; undefined unless it failed. */
  get failure(): Thrown | undefined {
    const exit = this.settledExit;
    if (exit === undefined || exit._tag === "Success") return undefined;
    const { cause } = exit;
    const killing = this.extra?.killing;
    if (killing !== undefined && isInterrupt(cause)) return { error: killing.strike.error, cause };
    return thrownFrom(cause);
  }

  private settle(exit: Exit.Exit<unknown, unknown>): void {
    this.state = DONE;
    this.settledExit = exit;
    this.origin = this.origin.left();
    hub.roster.remove(this);
    hub.tracer?.({ type: "end", fiber: this });
    if ((this.flags & GUEST) !== 0) this.settled(exit);
    if (this.observers !== undefined) this.tellPrompt();
    const failed = exit._tag === "Failure" && !isInterrupt(exit.cause);
    if (failed && (this.flags & OBSERVED) === 0) this.unobserved();
  }

  // --- Observers

  observe(observer: Observer): void {
    const { observers } = this;
    if (observers === undefined) this.observers = observer;
    else if (Array.isArray(observers)) observers.push(observer);
    else this.observers = [observers, observer];
    // A dead fiber tells those who come late, too, one turn later.
    if (this.state === DONE) hub.push(this);
  }

  /** False if it was not there, or has been told. */
  unobserve(observer: Observer): boolean {
    const { observers } = this;
    if (observers === observer) {
      this.observers = undefined;
      return true;
    }
    const index = Array.isArray(observers) ? observers.indexOf(observer) : -1;
    if (index >= 0) (observers as Observer[]).splice(index, 1);
    return index >= 0;
  }

  /** Tells the prompt ones now and queues the fiber once more for the others. */
  private tellPrompt(): void {
    const { observers } = this;
    if (!Array.isArray(observers)) {
      const observer = observers as Observer;
      if (observer.observes) this.flags |= OBSERVED;
      if (!observer.prompt) return hub.push(this);
      this.observers = undefined;
      return observer.settled(this);
    }
    this.observers = observers.filter((observer) => !observer.prompt);
    for (const observer of observers) {
      if (observer.observes) this.flags |= OBSERVED;
      if (observer.prompt) observer.settled(this);
    }
    if (this.observers.length > 0) hub.push(this);
  }

  /** The step of a dead fiber: tells the others in order; one may remove one behind it. */
  tellRest(): void {
    for (;;) {
      const { observers } = this;
      const observer = Array.isArray(observers) ? observers[0] : observers;
      if (observer === undefined) return;
      this.unobserve(observer);
      if (observer.observes) this.flags |= OBSERVED;
      try {
        observer.settled(this);
      } catch (error) {
        // One that throws does not rob those behind it.
        hub.push(this);
        throw error;
      }
    }
  }
}
