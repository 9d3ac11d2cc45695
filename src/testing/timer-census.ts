import { formatMillis } from "../fiber/delay.ts";
import type { FiberState } from "../fiber/fiber-state.ts";
import { CallSite } from "../inspect/call-site.ts";
import { hub } from "../scheduler/hub.ts";
import { watchTimers } from "../scheduler/timer-watch.ts";
import type { Timer } from "../scheduler/timers.ts";
import type { Leak } from "./census.ts";

/** Timers that are kept before those that have ended are dropped. */
const MOST_KEPT = 1024;

interface Started {
  readonly timer: Timer;
  readonly leak: Leak;
  readonly by: FiberState | undefined;
}

/** The timers that were started since it was made and still run. */
export class TimerCensus {
  readonly #of: FiberState;
  #started: Started[] = [];
  readonly close: () => void;

  /** @param of the fiber that runs the body. */
  constructor(of: FiberState) {
    this.#of = of;
    this.close = watchTimers(this.#add);
  }

  /** Those that nobody lives for: another fiber's are its own business. */
  leaks(others: readonly Leak[]): Leak[] {
    // The timer of a spawnLater is one with its fiber.
    const sites = new Set(others.map(({ site }) => site));
    return this.#started
      .filter(({ timer, by }) => timer.linked && (by === this.#of || by?.dead !== false))
      .map(({ leak }) => leak)
      .filter(({ site }) => site === undefined || !sites.has(site));
  }

  readonly #add = (timer: Timer, delay: number): void => {
    // A long body starts many, and few of them still run.
    if (this.#started.length === MOST_KEPT) {
      this.#started = this.#started.filter((started) => started.timer.linked);
    }
    const by = hub.current as FiberState | undefined;
    const { location } = new CallSite(this.#add);
    const leak = { kind: "timer", name: `of ${formatMillis(delay)}`, site: location };
    this.#started.push({ timer, by, leak });
  };
}
