import type { Place } from "../../sync/place.ts";
import { isFar } from "../shm/atomics.ts";
import { SLOTS } from "../shm/layout.ts";
import type { Member } from "../shm/member.ts";
import { SharedRoom } from "../shm/shared-room.ts";

/** Whoever waits there. */
export interface FlowPlace extends Place {
  /** Does what it waits for, if that can be done now. It may keep an error for `serve`. */
  attempt(): boolean;
}

/** Those who wait at one side of a flow: for a message to come, or for room for one. */
export class FlowRoom extends SharedRoom<FlowPlace> {
  readonly #isOpen: () => boolean;

  constructor(member: Member, cell: number, isOpen: () => boolean) {
    super(member, cell);
    this.#isOpen = isOpen;
  }

  /** Puts a place in line, at the next turn of which it is tried if it can be. */
  enlist<P extends FlowPlace>(place: P): P {
    this.join(place);
    return place;
  }

  /** One message, or room for one, has come; `state` is the one before. */
  came(state: number): void {
    this.opened(state);
  }

  /** Everybody is to look again. */
  call(): void {
    this.notify();
    // Who comes again meanwhile has looked: there is an end even if all do.
    for (let rings = 0; rings < SLOTS && this.ringNext(); rings++);
  }

  /** Looks on for a moment, if there is nothing else to do; whether it is open. Far memory shows nothing new at once. */
  look(): boolean {
    return !isFar(this.words) && (this.isOpen() || this.spin());
  }

  isOpen(): boolean {
    return this.#isOpen();
  }

  protected take(place: FlowPlace): boolean {
    return place.attempt();
  }
}
