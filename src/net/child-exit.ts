import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import type { FiberCore } from "../fiber/core.ts";
import type { Step } from "../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import { Audience } from "../sync/audience.ts";
import { type Place, WaitingPlace } from "../sync/place.ts";

/** Is told of those who wait for the end: one begins to, one does no more. */
export interface EndWatcher {
  lift(by: 1 | -1): void;
}

/** Owns a child's returncode, and is the Wait for it. */
export class ChildExit extends SelectableOp<number> {
  /** The child, in reports. */
  readonly name: string;
  readonly watcher: EndWatcher;
  readonly #audience: Audience = new Audience();
  #returncode: number | undefined;

  constructor(child: ChildProcess, name: string, watcher: EndWatcher) {
    super();
    this.name = name;
    this.watcher = watcher;
    child.once("exit", (code: number | null, signal: NodeJS.Signals | null) => {
      this.#returncode = code ?? -constants.signals[signal as NodeJS.Signals];
      this.#audience.tell();
    });
  }

  get returncode(): number | undefined {
    return this.#returncode;
  }

  poll(fiber: FiberCore): Step | undefined {
    if (this.#returncode === undefined) return undefined;
    return this.#audience.answer(fiber, this.#returncode);
  }

  enlist(waiter: Waiter): ExitPlace {
    const place = new ExitPlace(waiter, this);
    this.#audience.join(place);
    this.watcher.lift(1);
    return place;
  }

  /** As for a fiber that waits; told as well if the end has been. */
  join(place: Place): void {
    this.#audience.join(place);
    if (this.#returncode !== undefined) this.#audience.tell();
  }
}

class ExitPlace extends WaitingPlace {
  readonly #exit: ChildExit;

  constructor(waiter: Waiter, exit: ChildExit) {
    super(waiter);
    this.#exit = exit;
  }

  serve(): void {
    this.#exit.watcher.lift(-1);
    this.waiter.wake(this.#exit.returncode);
  }

  override cancel(): boolean {
    if (this.list?.remove(this) === true) this.#exit.watcher.lift(-1);
    return true;
  }

  describe(): string {
    return `end of ${this.#exit.name}`;
  }
}
