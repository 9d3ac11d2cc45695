import { host } from "../internal/host.ts";
import { Ring } from "../internal/ring.ts";
import { Budget, TURN_BUDGET_MS } from "./budget.ts";
import { Lanes } from "./lanes.ts";
import type { Policy } from "./policy.ts";
import { Roster } from "./roster.ts";
import { DAEMON, type Runnable, type Task } from "./task.ts";
import { Timers } from "./timers.ts";
import type { SwitchTracer, Tracer } from "./trace.ts";
import { takeTurn } from "./turn.ts";

/** Nothing asked of the host. */
const IDLE = 0;
/** A turn is asked for, but the program may end before it: only daemons are ready. */
const WEAK = 1;
/** A microtask will take a turn. */
const MICROTASK = 2;
/** The host is asked for a turn. */
const ARMED = 3;
/** Inside a turn. */
const TURNING = 4;

/**
 * Microtask turns between two looks at the clock: more, and fibers that wake
 * each other by promises hold up the host for longer than the budget.
 */
const MICROTASK_TURNS_BETWEEN_LOOKS = 32;

/**
 * Who runs next. One a program: it owns the ready ring, the timers and the
 * roster of live fibers, and asks the host for the next turn.
 */
export class Hub {
  readonly ring: Ring<Task> = new Ring();
  readonly lanes: Lanes = new Lanes();
  timers: Timers = new Timers(() => this.#expired());
  readonly budget: Budget = new Budget(() => host.now());
  readonly roster: Roster = new Roster();
  /** The fiber whose step runs now. */
  current: Runnable | undefined = undefined;
  /** Fibers in `idle()`, resumed when nothing else is ready. */
  idlers: (() => void)[] = [];
  /** The order of ready tasks, where it is not FIFO: for tests. */
  policy: Policy | undefined = undefined;
  tracer: Tracer | undefined = undefined;
  /** Told of every switch between greenlets. */
  switchTracer: SwitchTracer | undefined = undefined;
  /** Gives a new fiber an async frame of its own: once the host's calls are patched. */
  framing: ((fiber: Runnable) => void) | undefined = undefined;
  /** Whether a copy of fibril looks after the program as a whole. */
  watched = false;
  /** How many waits and fibers an AbortSignal may yet strike. */
  signals = 0;
  /** Counts fibers; an id is never used again. */
  ids = 0;
  /** Counts turns: a number for "about the same time". */
  turns = 0;
  /** What a step's result is when it parked or called: shared, so that `yield*` allocates nothing. */
  readonly parked: { value: object; done: false } = { value: {}, done: false };
  readonly paused: { value: object; done: false } = { value: {}, done: false };
  readonly called: { value: object; done: false } = { value: {}, done: false };
  readonly switched: { value: object; done: false } = { value: {}, done: false };

  #phase = IDLE;
  /** Counts what the host was asked for: an answer that a turn has overtaken is passed over. */
  #requests = 0;
  #microtaskTurns = 0;
  #microtasksSince = 0;

  /** Queues a task at the tail. */
  push(task: Task): void {
    this.ring.push(task);
    if (this.#phase <= WEAK) this.#arm();
  }

  /** Queues an Effect task; priority 0 is the ready ring itself. */
  schedule(task: () => void, priority: number): void {
    if (priority === 0) return this.push(task);
    this.lanes.push(task, priority);
    if (this.#phase <= WEAK) this.#arm();
  }

  /** Resumes `wake` once nothing else is ready and the host had a turn. */
  whenIdle(wake: () => void): void {
    this.idlers.push(wake);
    if (this.#phase === IDLE) this.#armHost(0);
  }

  get hasWork(): boolean {
    return !this.ring.isEmpty() || this.lanes.size > 0;
  }

  /** Runs what is ready at once, on the caller's stack: for Effect's `flush`. */
  flush(): void {
    while (this.#phase !== TURNING && this.hasWork) this.#enterTurn();
  }

  /**
   * Asks for a turn. A microtask comes four times as fast as a macrotask, but
   * microtasks that wake each other keep the host from its sockets: past the
   * budget the next turn goes through the host.
   */
  #arm(): void {
    if (++this.#microtaskTurns >= MICROTASK_TURNS_BETWEEN_LOOKS) {
      this.#microtaskTurns = 1;
      if (host.now() - this.#microtasksSince > TURN_BUDGET_MS) return this.#armHost(host.emptyHops);
    }
    this.#phase = MICROTASK;
    queueMicrotask(this.#microtaskTurn);
  }

  /** Asks for a turn after the host had its own, and `hops` empty ones. */
  #armHost(hops: number): void {
    this.#askHost(this.#hostTurn, hops);
  }

  /**
   * Daemons that spin must not keep a finished program alive, but go on in one
   * that a socket keeps: an unref'd immediate would wait for the socket's next
   * event, an unref'd timer does not.
   */
  #askHost(task: () => void, hops: number): void {
    const request = ++this.#requests;
    const unlessOvertaken = (answer: () => void) => () => {
      if (request === this.#requests) answer();
    };
    if (this.#onlyDaemonsReady()) {
      this.#phase = WEAK;
      host.setTimer(unlessOvertaken(task), 0).unref();
      return;
    }
    this.#phase = ARMED;
    const next = hops > 0 ? () => this.#askHost(task, hops - 1) : task;
    host.setImmediate(unlessOvertaken(next));
  }

  #onlyDaemonsReady(): boolean {
    const { roster } = this;
    if (roster.waitedFor > 0 || roster.isEmpty() || this.lanes.size > 0) return false;
    return [...this.ring].every(isDaemon);
  }

  /** Timers made tasks ready, in a macrotask of their own. */
  #expired(): void {
    if (this.#phase !== TURNING && this.hasWork) this.#hostTurn();
  }

  readonly #hostTurn = (): void => {
    this.#microtaskTurns = 0;
    this.#microtasksSince = host.now();
    this.#enterTurn();
  };

  readonly #microtaskTurn = (): void => {
    if (this.#phase === MICROTASK) this.#enterTurn();
  };

  #enterTurn(): void {
    // The empty frame: nobody's async context leaks into a fiber.
    host.frames.run(undefined, this.#runTurn, this);
  }

  readonly #runTurn = (): void => {
    this.#phase = TURNING;
    this.#requests++;
    this.turns++;
    try {
      takeTurn(this);
    } finally {
      this.current = undefined;
      this.#settle();
    }
  };

  /** After a turn: more work goes through the host, since the budget is spent. */
  #settle(): void {
    if (this.hasWork) return this.#armHost(host.emptyHops);
    this.#phase = IDLE;
    if (this.idlers.length > 0) this.#resumeIdlers();
  }

  /** Idlers wait for one turn of the host, and go on if it brought nothing to do. */
  #resumeIdlers(): void {
    this.#askHost(() => {
      if (this.hasWork) return this.#hostTurn();
      this.#phase = IDLE;
      const idlers = this.idlers;
      this.idlers = [];
      for (const wake of idlers) wake();
    }, 0);
  }
}

const isDaemon = (task: Task): boolean => typeof task !== "function" && (task.flags & DAEMON) !== 0;

const HUB = Symbol.for("fibril/hub/1");
const globals = globalThis as { [HUB]?: Hub };

/** The program's hub; two copies of fibril share it. */
export const hub: Hub = (globals[HUB] ??= new Hub());
