import { Place } from "../../sync/place.ts";
import type { Failing } from "../shm/fail-all.ts";
import type { FlowPlace, FlowRoom } from "./flow-room.ts";

/** Stands in a flow's room as long as somebody listens. */
export class Ear extends Place implements FlowPlace, Failing {
  readonly #room: FlowRoom;
  readonly #listener: () => void;
  readonly #waitForTurn: () => boolean;
  #wasBusy = false;
  #isStopped = false;

  /** @param waitForTurn as a Flow's `waitToGet`, or `waitToPut`. */
  constructor(room: FlowRoom, listener: () => void, waitForTurn: () => boolean) {
    super();
    this.#room = room;
    this.#listener = listener;
    this.#waitForTurn = waitForTurn;
    room.enlist(this);
  }

  /** The one who listens could not do it, since another process was at it. */
  wasBusy(): void {
    this.#wasBusy = true;
  }

  attempt(): boolean {
    if (this.#wasBusy && this.#waitForTurn()) return false;
    this.#wasBusy = false;
    return this.#room.isOpen();
  }

  /** Whoever listens finds out by itself. */
  fail(): void {
    this.#isStopped = true;
    this.#listener();
  }

  serve(): void {
    this.#listener();
    if (!this.#isStopped) this.#room.enlist(this);
  }

  stop(): void {
    this.#isStopped = true;
    this.#room.leave(this);
  }
}
