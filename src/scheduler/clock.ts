import { host } from "../internal/host.ts";

/** Where the hub reads the time and how it asks to be woken at a later one. */
export interface Clock {
  /** Milliseconds that never go backwards. */
  now(): number;
  /** When `delay` from now is over, never earlier. */
  after(delay: number): number;
  /**
   * Asks for `wake` at `deadline` or a little earlier; replaces what was asked before.
   * `keepAlive`: whether the program may not end before that.
   */
  arm(deadline: number, keepAlive: boolean, wake: () => void): void;
}

/** Host timers take no longer delay; a later deadline is armed in several steps. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The machine's monotonic clock, on one host timer. */
export class SystemClock implements Clock {
  #timer: ReturnType<typeof host.setTimer> | undefined;
  #deadline = Number.POSITIVE_INFINITY;
  #keepsAlive = true;

  now(): number {
    return host.now();
  }

  /**
   * In whole milliseconds, which is all that a host's timers tell apart: timers
   * that are started in a row then lie in order, and need no sorting (100 ns each).
   */
  after(delay: number): number {
    return Math.ceil(host.now() + delay);
  }

  arm(deadline: number, keepAlive: boolean, wake: () => void): void {
    // A timer that comes too early is left alone: an empty wake-up costs less
    // than a new timer, and timeouts that are always cancelled need none at all.
    if (deadline < this.#deadline) this.#replace(deadline, wake);
    if (this.#timer === undefined || keepAlive === this.#keepsAlive) return;
    this.#keepsAlive = keepAlive;
    if (keepAlive) this.#timer.ref();
    else this.#timer.unref();
  }

  #replace(deadline: number, wake: () => void): void {
    if (this.#timer !== undefined) host.clearTimer(this.#timer);
    const delay = Math.min(Math.ceil(Math.max(1, deadline - host.now())), LONGEST_DELAY_MS);
    this.#deadline = deadline;
    this.#keepsAlive = true;
    this.#timer = host.setTimer(() => {
      this.#timer = undefined;
      this.#deadline = Number.POSITIVE_INFINITY;
      wake();
    }, delay);
  }
}
