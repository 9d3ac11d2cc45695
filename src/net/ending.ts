import type { FiberCore } from "../fiber/core.ts";
import type { Step } from "../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import { Audience } from "../sync/audience.ts";
import { type Place, WaitingPlace } from "../sync/place.ts";

/** Is told of those who wait for the end: one begins to, one does no more. */
export interface EndWatcher {
  lift(by: 1 | -1): void;
}

/** Owns the exit code of a process of the system, and is the Wait for its end. */
export class Ending<A> extends SelectableOp<A> {
  exitcode: number | undefined;
  /** The wait, in reports. */
  readonly describe: () => string;
  readonly #audience: Audience = new Audience();
  readonly #answer: (exitcode: number) => A;
  #watcher: EndWatcher | undefined;

  /** @param answer what those get who wait. */
  constructor(describe: () => string, answer: (exitcode: number) => A) {
    super();
    this.describe = describe;
    this.#answer = answer;
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
    this.#audience.tell();
  }

  poll(fiber: FiberCore): Step | undefined {
    if (this.exitcode === undefined) return undefined;
    return this.#audience.answer(fiber, this.#answer(this.exitcode));
  }

  enlist(waiter: Waiter): EndingPlace<A> {
    const place = new EndingPlace(waiter, this);
    this.#audience.join(place);
    this.lift(1);
    return place;
  }

  /** As for a fiber that waits; told as well if the end has been. */
  join(place: Place): void {
    this.#audience.join(place);
    if (this.exitcode !== undefined) this.#audience.tell();
  }

  /** @internal */
  wake(waiter: Waiter): void {
    waiter.wake(this.#answer(this.exitcode as number));
  }
}

class EndingPlace<A> extends WaitingPlace {
  readonly #ending: Ending<A>;

  constructor(waiter: Waiter, ending: Ending<A>) {
    super(waiter);
    this.#ending = ending;
  }

  serve(): void {
    this.#ending.lift(-1);
    this.#ending.wake(this.waiter);
  }

  override cancel(): boolean {
    if (this.list?.remove(this) === true) this.#ending.lift(-1);
    return true;
  }

  describe(): string {
    return this.#ending.describe();
  }
}
