import { show } from "../../fiber/body.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../../fiber/limits.ts";
import type { Wait } from "../../fiber/wait.ts";
import type { RawLink } from "../../sync/links.ts";
import type { Place } from "../../sync/place.ts";
import { commonHome } from "../family.ts";
import { handleOf, opened, openHandle, shareable } from "../handles.ts";
import { EventWord } from "../shm/event-word.ts";

let wordOf: (event: OpenEvent) => EventWord;

/** All of an Event, whether it was made in this process or in another. */
abstract class OpenEvent {
  readonly #word: EventWord;
  readonly #links: Map<Place, unknown> = new Map();

  static {
    wordOf = (event) => event.#word;
  }

  constructor(word: EventWord) {
    this.#word = word;
  }

  /** Lets everybody go on. Setting it twice is nothing. */
  set(): void {
    this.#word.set();
  }

  /** From now on `wait` waits again. */
  clear(): void {
    this.#word.clear();
  }

  /** Whether a `wait` would go on at once. */
  isSet(): boolean {
    return this.#word.isSet();
  }

  /** As `isSet`: what all that can be waited for have. */
  ready(): boolean {
    return this.#word.isSet();
  }

  /** Waits until it is set, and gives true; false if the `timeout` came first. */
  wait(options?: WaitOptions): Wait<boolean> {
    checkOptions(options, "wait");
    const { wait } = this.#word;
    return isLimited(options) ? limited(wait, options, { value: false }) : wait;
  }

  /** Calls `callback(event)` once when it is set, in the run loop itself: it must neither wait nor throw. */
  rawLink(callback: RawLink<this>): void {
    if (typeof callback !== "function") {
      throw new TypeError(`Cannot link ${show(callback)}: pass a function of what is ready`);
    }
    const place = this.#word.link(() => {
      if (this.#links.delete(place)) callback(this);
    });
    this.#links.set(place, callback);
  }

  /** Takes a `rawLink` back. */
  unlink(callback: unknown): void {
    for (const [place, each] of this.#links) {
      if (each !== callback) continue;
      this.#links.delete(place);
      this.#word.leave(place);
    }
  }
}

/**
 * A flag that fibers of several processes wait for. `set` lets all go on that wait,
 * and everybody after them until `clear`. Whoever waited when it was set goes on,
 * even if it is cleared before its process is told. `set` waits for nobody: a
 * process that was killed while it waited here is as if it had never come.
 *
 * multiprocessing: `multiprocessing.Event`.
 *
 * @example
 * ```ts
 * import { Event, Process } from "fibril/process";
 *
 * export function* runner(name: string, start: Event) {
 *   yield* start.wait();
 *   console.log(name, "runs");
 * }
 * async function main() {
 *   const start = new Event();
 *   const process = new Process({ target: runner, args: ["Ann", start] });
 *   process.start();
 *   start.set();
 *   await process.join();
 *   // -> Ann runs
 * }
 * if (import.meta.main) void main();
 * ```
 */
export class Event extends OpenEvent {
  constructor() {
    super(EventWord.create(commonHome()));
  }
}

shareable(
  Event,
  "Event",
  import.meta.url,
  (event: Event) => handleOf(wordOf(event)),
  (handle) => opened(Event, OpenEvent, openHandle(handle, EventWord.at)),
);
