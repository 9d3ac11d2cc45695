import type { FiberCore } from "../fiber/core.ts";
import type { Step } from "../fiber/fiber-state.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import type { Wait } from "../fiber/wait.ts";
import { Audience } from "./audience.ts";
import { Links, type RawLink } from "./links.ts";
import { WaitingPlace } from "./place.ts";

/**
 * A flag that fibers wait for. `set` lets all go on that wait, in the order in
 * which they came, and everybody after them until `clear`. Whoever waited when
 * it was set goes on, even if it is cleared before.
 *
 * gevent: `gevent.event.Event`; threading: `threading.Event`.
 *
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { Event } from "fibril/sync";
 *
 * function* runner(name: string, start: Event) {
 *   yield* start.wait();
 *   console.log(name, "runs");
 * }
 * const start = new Event();
 * spawn(runner, "Ann", start);
 * spawn(runner, "Bob", start);
 * spawn(function* () {
 *   yield* sleep(5);
 *   console.log("go");
 *   start.set();
 * });
 * // -> go
 * // -> Ann runs
 * // -> Bob runs
 * ```
 */
export class Event {
  #isSet = false;
  readonly #audience: Audience = new Audience();
  readonly #wait: EventWait = new EventWait(this, this.#audience);
  #links: Links<this> | undefined;

  /** Lets everybody go on. Setting it twice is nothing. */
  set(): void {
    this.#isSet = true;
    this.#audience.tell();
  }

  /** From now on `wait` waits again. */
  clear(): void {
    this.#isSet = false;
  }

  /** Whether a `wait` would go on at once. */
  isSet(): boolean {
    return this.#isSet;
  }

  /** As `isSet`: what all that can be waited for have. */
  ready(): boolean {
    return this.#isSet;
  }

  /** Waits until it is set, and gives true; false if the `timeout` came first. */
  wait(options?: WaitOptions): Wait<boolean> {
    checkOptions(options, "wait");
    return isLimited(options) ? limited(this.#wait, options, { value: false }) : this.#wait;
  }

  /** Calls `callback(event)` once when it is set, in the run loop itself: it must neither wait nor throw. */
  rawLink(callback: RawLink<this>): void {
    this.#links ??= new Links(this);
    this.#audience.join(this.#links.add(callback));
    if (this.#isSet) this.#audience.tell();
  }

  /** Takes a `rawLink` back. */
  unlink(callback: unknown): void {
    this.#links?.remove(callback);
  }
}

class EventWait extends SelectableOp<boolean> {
  readonly #event: Event;
  readonly #audience: Audience;

  constructor(event: Event, audience: Audience) {
    super();
    this.#event = event;
    this.#audience = audience;
  }

  poll(fiber: FiberCore): Step | undefined {
    return this.#event.isSet() ? this.#audience.answer(fiber, true) : undefined;
  }

  enlist(waiter: Waiter): EventPlace {
    const place = new EventPlace(waiter);
    this.#audience.join(place);
    return place;
  }
}

class EventPlace extends WaitingPlace {
  serve(): void {
    this.waiter.wake(true);
  }

  describe(): string {
    return "event.wait";
  }
}
