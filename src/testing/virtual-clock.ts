import { host } from "../internal/host.ts";
import type { Clock } from "../scheduler/clock.ts";
import { hub } from "../scheduler/hub.ts";

/** A clock that stands still while anything is ready, and then jumps to the next deadline. */
export class VirtualClock implements Clock {
  #now = 0;
  #wake: (() => void) | undefined;
  #jumping = false;

  now(): number {
    return this.#now;
  }

  after(delay: number): number {
    return this.#now + delay;
  }

  arm(_deadline: number, _keepAlive: boolean, wake: () => void): void {
    this.#wake = wake;
    this.#jumpWhenQuiet();
  }

  /** After a turn of the host: promises that are settled already go first. */
  #jumpWhenQuiet(): void {
    if (this.#jumping) return;
    this.#jumping = true;
    host.setImmediate(() => {
      this.#jumping = false;
      if (hub.hasWork || hub.idlers.length > 0) this.#jumpWhenQuiet();
      else this.#jump();
    });
  }

  #jump(): void {
    const deadline = hub.timers.nextDeadline();
    if (deadline === Number.POSITIVE_INFINITY) return;
    this.#now = Math.max(this.#now, deadline);
    this.#wake?.();
  }
}
