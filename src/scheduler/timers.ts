import { TimerNode, TimerWheel } from "../internal/wheel.ts";
import type { Clock } from "./clock.ts";
import { SystemClock } from "./clock.ts";

/** A deadline in the wheel. What it does when it comes is `fire`. */
export abstract class Timer extends TimerNode {
  /** Whether the program may not end before it. */
  keepsAlive = true;
  owner: Timers | undefined = undefined;

  expire(): void {
    const owner = this.owner;
    this.owner = undefined;
    owner?.released(this);
    this.fire();
  }

  abstract fire(): void;
}

/** A timer that calls a function: for everything that is no hot path (V8 likes few classes in one list). */
export class Alarm extends Timer {
  readonly #ring: () => void;

  constructor(ring: () => void) {
    super();
    this.#ring = ring;
  }

  fire(): void {
    this.#ring();
  }
}

/** All deadlines of a hub on one wheel and one host timer. */
export class Timers {
  readonly #clock: Clock;
  readonly #wheel: TimerWheel;
  #keepAlive = 0;
  #armedFor = Number.POSITIVE_INFINITY;
  readonly #onExpired: () => void;

  /** `onExpired` runs what the timers made ready. */
  constructor(onExpired: () => void, clock: Clock = new SystemClock()) {
    this.#clock = clock;
    this.#wheel = new TimerWheel(clock.now());
    this.#onExpired = onExpired;
  }

  /** Those of another clock, to take the place of these while none is pending. */
  on(clock: Clock): Timers {
    return new Timers(this.#onExpired, clock);
  }

  now(): number {
    return this.#clock.now();
  }

  /** How many timers keep the program alive. */
  get pending(): number {
    return this.#keepAlive;
  }

  /** Starts `timer`, `delay` milliseconds from now. Infinity never comes and is not started. */
  start(timer: Timer, delay: number, keepsAlive: boolean): void {
    if (delay === Number.POSITIVE_INFINITY) return;
    const deadline = this.#clock.after(delay);
    timer.keepsAlive = keepsAlive;
    timer.owner = this;
    this.#wheel.add(timer, deadline);
    const first = keepsAlive && this.#keepAlive++ === 0;
    if (deadline < this.#armedFor || first) this.#arm();
  }

  /** Takes `timer` off at once; nothing happens if it is not pending. */
  stop(timer: Timer): void {
    if (timer.owner !== this) return;
    timer.owner = undefined;
    this.#wheel.remove(timer);
    this.released(timer);
    if (timer.keepsAlive && this.#keepAlive === 0) this.#arm();
  }

  /** Called for a timer that is no longer pending. */
  released(timer: Timer): void {
    if (timer.keepsAlive) this.#keepAlive--;
  }

  /** Expires what is due. */
  expire(): void {
    this.#wheel.advance(this.#clock.now());
  }

  nextDeadline(): number {
    return this.#wheel.nextDeadline();
  }

  /** Keeps the program alive until the next deadline, a daemon's too; false if there is none. */
  hold(): boolean {
    const { size } = this.#wheel;
    if (size > 0) this.#arm(size);
    return size > 0;
  }

  #arm(keepAlive = this.#keepAlive): void {
    this.#armedFor = this.#wheel.nextDeadline();
    this.#clock.arm(this.#armedFor, keepAlive > 0, this.#wake);
  }

  readonly #wake = (): void => {
    this.#armedFor = Number.POSITIVE_INFINITY;
    this.expire();
    if (this.#wheel.size > 0) this.#arm();
    this.#onExpired();
  };
}
