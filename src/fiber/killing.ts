import { hub } from "../scheduler/hub.ts";
import { Alarm } from "../scheduler/timers.ts";
import type { Strike } from "./strike.ts";

/** How long a killed body may take to clean up before its parks throw again. */
export const DEFAULT_GRACE_MS = 5000;

/**
 * After so many more throws the body is ended by `return()`: fewer would cut
 * nested cleanups short, more would only delay the end of a loop that swallows.
 */
const MOST_THROWS = 100;

/** The state of a fiber's kill: at most one, whatever is killed again. */
export class Killing {
  readonly strike: Strike;
  readonly #alarm: Alarm;
  #graceMs: number;
  #throws = 0;
  /** The strike was thrown into the body. */
  delivered = false;
  #over = false;

  constructor(strike: Strike, graceMs: number, onGraceOver: () => void) {
    this.strike = strike;
    this.#graceMs = graceMs;
    this.#alarm = new Alarm(() => {
      this.#over = true;
      onGraceOver();
    });
  }

  /** A further kill can only shorten the grace. */
  hurry(graceMs: number): void {
    if (graceMs >= this.#graceMs) return;
    this.#graceMs = graceMs;
    if (!this.#alarm.linked || hub.timers.now() + graceMs >= this.#alarm.at) return;
    hub.timers.stop(this.#alarm);
    if (graceMs > 0) this.startGrace();
    else this.#alarm.fire();
  }

  /** The clock runs from the body's first park after the kill: most bodies never get there. */
  startGrace(): void {
    if (this.#over || this.#alarm.linked) return;
    if (this.#graceMs <= 0) this.#over = true;
    else hub.timers.start(this.#alarm, this.#graceMs, true);
  }

  /** Whether a park now is to be struck again. */
  get graceOver(): boolean {
    return this.#over;
  }

  /** Counts a throw after the grace; true when the body must be ended. */
  exhausted(): boolean {
    return ++this.#throws > MOST_THROWS;
  }

  close(): void {
    hub.timers.stop(this.#alarm);
  }
}
