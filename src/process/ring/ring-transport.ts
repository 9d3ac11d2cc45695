import type { Reason } from "../../net/socket-error.ts";
import { END, NOT_YET, type Offered, type Side, type Transport } from "../connection/transport.ts";
import { fault } from "../fault.ts";
import { SharedMemoryGone } from "../shm/shared-memory-errors.ts";
import { Ear } from "./ear.ts";
import { BUSY, type Flow, NONE } from "./flow.ts";
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

  /** The same at both ends. */
  get label(): string {
    const { mine, other } = this.end;
    return `pipe#${Math.min(mine.cell, other.cell)}`;
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
    try {
      return incoming === undefined || !incoming.isEmpty || incoming.isOver();
    } catch (error) {
      // Whoever receives gets it at once.
      if (error instanceof SharedMemoryGone) return true;
      throw error;
    }
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
    fault?.("pipe.closed");
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
