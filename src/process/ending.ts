import type { FiberCore } from "../fiber/core.ts";
import type { Step } from "../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import { Audience } from "../sync/audience.ts";
import { type Place, WaitingPlace } from "../sync/place.ts";

/** Is told of those who wait for the end: one begins to, one does no more. */
export interface EndWatcher {
  lift(by: 1 | -1): void;
}

/** Owns a process's exit code, and is the Wait for its end. */
export class Ending extends SelectableOp<void> {
  exitcode: number | undefined;
  readonly audience: Audience = new Audience();
  /** The process, in reports. */
  readonly nameOf: () => string;
  #watcher: EndWatcher | undefined;

  constructor(nameOf: () => string) {
    super();
    this.nameOf = nameOf;
  }

  /** From the start of the process. */
  watchBy(watcher: EndWatcher): void {
    this.#watcher = watcher;
  }

  lift(by: 1 | -1): void {
    this.#watcher?.lift(by);
  }

  settle(exitcode: number): void {
    this.exitcode = exitcode;
    this.audience.tell();
  }

  poll(fiber: FiberCore): Step | undefined {
    return this.exitcode === undefined ? undefined : this.audience.answer(fiber, undefined);
  }

  enlist(waiter: Waiter): EndingPlace {
    const place = new EndingPlace(waiter, this);
    this.audience.join(place);
    this.lift(1);
    return place;
  }

  /** As for a fiber that waits; told as well if the end has been. */
  join(place: Place): void {
    this.audience.join(place);
    if (this.exitcode !== undefined) this.audience.tell();
  }
}

class EndingPlace extends WaitingPlace {
  readonly #ending: Ending;

  constructor(waiter: Waiter, ending: Ending) {
    super(waiter);
    this.#ending = ending;
  }

  serve(): void {
    this.#ending.lift(-1);
    this.waiter.wake(undefined);
  }

  override cancel(): boolean {
    if (this.list?.remove(this) === true) this.#ending.lift(-1);
    return true;
  }

  describe(): string {
    return `join(${this.#ending.nameOf()})`;
  }
}
