import type { Reason } from "../../net/socket-error.ts";
import { Place } from "../../sync/place.ts";
import { END, NOT_YET, type Offered, type Side, type Transport } from "../connection/transport.ts";
import { BUSY, type Flow, NONE } from "./flow.ts";
import type { FlowPlace, FlowRoom } from "./flow-room.ts";
import type { Holders } from "./holders.ts";
import type { Found } from "./ring.ts";

/** The ways of one end of a pipe, and who has which end open. */
export interface RingEnd {
  /** What comes from the other end, if anything can. */
  readonly incoming: Flow | undefined;
  readonly outgoing: Flow | undefined;
  readonly mine: Holders;
  readonly other: Holders;
}

/** One end of a pipe: it is closed when no process has it open any more. */
export class RingTransport implements Transport {
  readonly name = "a pipe";
  readonly end: RingEnd;
  readonly #ears: Record<Side, Ear | undefined> = { read: undefined, write: undefined };
  #isClosed = false;

  constructor(end: RingEnd) {
    this.end = end;
    const { incoming, outgoing, mine, other } = end;
    mine.add();
    for (const flow of [incoming, outgoing]) {
      if (flow === undefined) continue;
      const [writer, reader] = flow === incoming ? [other, mine] : [mine, other];
      flow.isOver = () => !writer.isHeld;
      flow.isVain = () => !reader.isHeld;
    }
  }

  get readable(): boolean {
    return this.end.incoming !== undefined;
  }

  get writable(): boolean {
    return this.end.outgoing !== undefined;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get isFlushed(): boolean {
    return true;
  }

  /** It has been copied when it was taken in. */
  release(): void {}

  get fault(): Reason | undefined {
    return undefined;
  }

  offer(message: Uint8Array): Offered {
    const { outgoing, other } = this.end;
    if (outgoing === undefined || !other.isHeld) return "gone";
    const offered = outgoing.offer(message);
    if (offered === BUSY) this.#ears.write?.wasBusy();
    return offered === true ? "taken" : "full";
  }

  take<A>(read: (message: Uint8Array) => A): A | typeof NOT_YET | typeof END {
    const { incoming } = this.end;
    if (incoming === undefined) return END;
    // Asked before: whoever wrote last may have done so until then.
    const isOver = incoming.isEmpty && incoming.isOver();
    if (incoming.isEmpty && !isOver && !incoming.items.look()) return NOT_YET;
    let failure: { readonly error: unknown } | undefined;
    const readIt = ({ bytes, start, end }: Found) => {
      try {
        return read(bytes.subarray(start, end));
      } catch (error) {
        failure = { error };
        return NOT_YET;
      }
    };
    const taken = incoming.take(readIt);
    if (failure !== undefined) throw failure.error;
    if (taken === BUSY) this.#ears.read?.wasBusy();
    else if (taken !== NONE) return taken;
    return isOver ? END : NOT_YET;
  }

  get isReady(): boolean {
    const { incoming } = this.end;
    return incoming === undefined || !incoming.isEmpty || incoming.isOver();
  }

  listen(side: Side, listener: (() => void) | undefined): void {
    this.#ears[side]?.stop();
    this.#ears[side] = undefined;
    const flow = side === "read" ? this.end.incoming : this.end.outgoing;
    if (listener === undefined || flow === undefined || this.#isClosed) return;
    this.#ears[side] =
      side === "read"
        ? new Ear(flow.items, listener, () => flow.waitToGet())
        : new Ear(flow.space, listener, () => flow.waitToPut());
  }

  get isListened(): boolean {
    return this.#ears.read !== undefined || this.#ears.write !== undefined;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.listen("read", undefined);
    this.listen("write", undefined);
    this.end.mine.remove();
    this.callIfClosed();
  }

  /** Tells the other end if nobody has this one open any more. */
  callIfClosed(): void {
    const { incoming, outgoing, mine } = this.end;
    if (mine.isHeld) return;
    incoming?.space.call();
    outgoing?.items.call();
  }
}

/** Stands in a room as long as somebody listens. */
class Ear extends Place implements FlowPlace {
  readonly #room: FlowRoom;
  readonly #listener: () => void;
  readonly #waitForTurn: () => boolean;
  #wasBusy = false;
  #isStopped = false;

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

  serve(): void {
    this.#listener();
    if (!this.#isStopped) this.#room.enlist(this);
  }

  stop(): void {
    this.#isStopped = true;
    this.#room.leave(this);
  }
}
