import type { FiberCore } from "../../fiber/core.ts";
import { ready, type Step } from "../../fiber/fiber-state.ts";
import { SelectableOp, type Waiter } from "../../fiber/selectable.ts";
import { WaiterList, WaiterNode } from "../../internal/waiters.ts";
import { type Attempt, attemptIn } from "../../net/side.ts";
import {
  CLOSED,
  CLOSED_MEANWHILE,
  failed,
  type Reason,
  SocketError,
} from "../../net/socket-error.ts";
import type { Park } from "../../scheduler/park.ts";
import { load, ModulesMissing } from "../codec/parcel.ts";
import { EOFError } from "./connection-errors.ts";
import { END, NOT_YET, type Transport } from "./transport.ts";

/** What can go wrong where something is received. */
export type ReceiveError = EOFError | SocketError;

/** Owns those who wait for a message, first come first served, and those who watch whether one is there. */
export class Incoming {
  readonly #transport: Transport;
  readonly #readers: WaiterList<Reader> = new WaiterList();
  readonly #watchers: Set<() => void> = new Set();
  #isListening = false;
  /** A message that came before the modules that it needs. */
  #early: EarlyMessage | undefined;
  #over: Reason | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** A Wait for what `attempt` gives; `what` names it in reports. */
  until<A>(what: string, attempt: Attempt<A>): ReceiveOp<A> {
    const { name, label = name } = this.#transport;
    return new ReceiveOp(this, `${what} ${label}`, attempt);
  }

  /** Takes a message if one is there. */
  take<A>(what: string, read: (message: Uint8Array) => A): A | typeof NOT_YET {
    this.#refuse(what);
    const got =
      this.#early === undefined ? this.#takeNext(read) : this.#takeEarly(this.#early, read);
    if (got !== END) return got;
    const { fault, name } = this.#transport;
    if (fault !== undefined) throw new SocketError(`${what} ${name}`, fault);
    throw new EOFError(
      `Cannot ${what} ${name}: the other end is closed, and nothing it sent is left`,
    );
  }

  /** Whether a message or the end is there; throws where one may not even ask. */
  isReady(what: string): boolean {
    this.#refuse(what);
    return this.#early !== undefined || this.#transport.isReady;
  }

  /** For `wait`: as ready counts what would throw at once, too. */
  get isEventful(): boolean {
    if (this.#over !== undefined || !this.#transport.readable) return true;
    return this.#early !== undefined || this.#transport.isReady;
  }

  /** Whether somebody waits who comes first. */
  get isQueued(): boolean {
    return !this.#readers.isEmpty();
  }

  join(reader: Reader): Reader {
    this.#readers.push(reader);
    this.#regulate();
    return reader;
  }

  leave(reader: Reader): void {
    if (this.#readers.remove(reader)) this.#regulate();
  }

  /** Calls `watcher` whenever `isEventful` may have changed; gives the way back. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    this.#regulate();
    return () => {
      this.#watchers.delete(watcher);
      this.#regulate();
    };
  }

  /** From now on nothing can be received any more. */
  breakOff(reason: Reason): void {
    this.#over = reason;
  }

  /** By this program: who waits gets an error. */
  close(): void {
    this.#over = CLOSED_MEANWHILE;
    this.#serve();
    this.#over = CLOSED;
  }

  #takeNext<A>(read: (message: Uint8Array) => A): A | typeof NOT_YET | typeof END {
    return this.#transport.take((message) => {
      try {
        return read(message);
      } catch (error) {
        if (!(error instanceof ModulesMissing)) throw error;
        this.#keep(new Uint8Array(message), error.modules);
        return NOT_YET;
      }
    });
  }

  #keep(message: Uint8Array, modules: readonly string[]): void {
    const early = { message, isLoaded: false };
    this.#early = early;
    void load(modules).then(() => {
      early.isLoaded = true;
      this.#serve();
    });
  }

  #takeEarly<A>(
    { message, isLoaded }: EarlyMessage,
    read: (message: Uint8Array) => A,
  ): A | typeof NOT_YET {
    if (!isLoaded) return NOT_YET;
    this.#early = undefined;
    return read(message);
  }

  #refuse(what: string): void {
    const { name, readable } = this.#transport;
    if (this.#over !== undefined) throw new SocketError(`${what} ${name}`, this.#over);
    if (!readable) throw new SocketError(`${what} ${name}`, WRITE_ONLY);
  }

  readonly #serve = (): void => {
    for (let reader = this.#readers.peek(); reader; reader = this.#readers.peek()) {
      if (!reader.tryAgain()) break;
      this.#readers.remove(reader);
    }
    for (const watcher of [...this.#watchers]) watcher();
    this.#regulate();
  };

  #regulate(): void {
    const isWanted = !this.#readers.isEmpty() || this.#watchers.size > 0;
    if (isWanted === this.#isListening) return;
    this.#isListening = isWanted;
    this.#transport.listen("read", isWanted ? this.#serve : undefined);
  }
}

const WRITE_ONLY: Reason = { code: "EBADF", message: "it only sends" };

interface EarlyMessage {
  readonly message: Uint8Array;
  isLoaded: boolean;
}

class ReceiveOp<A> extends SelectableOp<A, ReceiveError> {
  readonly incoming: Incoming;
  readonly what: string;
  readonly attempt: Attempt<A>;

  constructor(incoming: Incoming, what: string, attempt: Attempt<A>) {
    super();
    this.incoming = incoming;
    this.what = what;
    this.attempt = attempt;
  }

  poll(fiber: FiberCore): Step | undefined {
    if (this.incoming.isQueued) return undefined;
    const got = attemptIn(fiber, this.attempt);
    return got === NOT_YET ? undefined : ready(got);
  }

  enlist(waiter: Waiter): Park {
    return this.incoming.join(new Reader(waiter, this));
  }
}

/** Who waits for a message. */
class Reader extends WaiterNode implements Park {
  readonly #waiter: Waiter;
  readonly #op: ReceiveOp<unknown>;

  constructor(waiter: Waiter, op: ReceiveOp<unknown>) {
    super();
    this.#waiter = waiter;
    this.#op = op;
  }

  /** Whether it need not wait any more. */
  tryAgain(): boolean {
    try {
      const got = this.#op.attempt();
      if (got === NOT_YET) return false;
      this.#waiter.wake(got);
    } catch (error) {
      this.#waiter.wakeFailed(failed(error));
    }
    return true;
  }

  cancel(): boolean {
    this.#op.incoming.leave(this);
    return true;
  }

  describe(): string {
    return this.#op.what;
  }
}
