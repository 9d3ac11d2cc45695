import type { FiberCore } from "../../fiber/core.ts";
import { ready, type Step } from "../../fiber/fiber-state.ts";
import type { Waiter } from "../../fiber/selectable.ts";
import { Op } from "../../fiber/wait.ts";
import { WaiterList, WaiterNode } from "../../internal/waiters.ts";
import { BrokenPipeError } from "../../net/os-errors.ts";
import { attemptIn } from "../../net/side.ts";
import {
  CLOSED,
  CLOSED_MEANWHILE,
  failed,
  type Reason,
  SocketError,
} from "../../net/socket-error.ts";
import type { Park } from "../../scheduler/park.ts";
import type { Transport } from "./transport.ts";

/** What can go wrong where something is sent. */
export type SendError = BrokenPipeError | SocketError;

const READ_ONLY: Reason = { code: "EBADF", message: "it only receives" };

/** Owns those who wait for room for their message, first come first served, or for it to be out. */
export class Outgoing {
  readonly #transport: Transport;
  readonly #senders: WaiterList<Sender> = new WaiterList();
  #isListening = false;
  #over: Reason | undefined;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** A Wait that sends what `make` gives when it is run. */
  send(what: string, make: () => Uint8Array): SendOp {
    return new SendOp(this, what, make);
  }

  begin(fiber: FiberCore, what: string, make: () => Uint8Array): Step {
    return attemptIn(fiber, () => this.#begin(fiber, what, make())) as Step;
  }

  leave(sender: Sender): void {
    if (!this.#senders.remove(sender)) return;
    if (sender.isTaken) this.#transport.release();
    this.#regulate();
  }

  get name(): string {
    return this.#transport.label ?? this.#transport.name;
  }

  /** By this program: who waits gets an error; what the transport has taken in still goes out. */
  close(): void {
    this.#over = CLOSED_MEANWHILE;
    this.#serve();
    this.#over = CLOSED;
  }

  #begin(fiber: FiberCore, what: string, message: Uint8Array): Step {
    const sender = new Sender(fiber, this, what, message);
    if (this.#senders.isEmpty() && this.#isOut(sender)) return ready(undefined);
    this.#senders.push(sender);
    this.#regulate();
    return fiber.parkOn(sender);
  }

  /** Hands the message over where that can be; true once the sender need not wait any more. */
  #isOut(sender: Sender): boolean {
    const { name, writable } = this.#transport;
    if (this.#over !== undefined) throw new SocketError(`${sender.what} ${name}`, this.#over);
    if (!writable) throw new SocketError(`${sender.what} ${name}`, READ_ONLY);
    if (!sender.isTaken) {
      const offered = this.#transport.offer(sender.message);
      if (offered === "gone") throw this.#broken(sender.what);
      sender.isTaken = offered === "taken";
    }
    return sender.isTaken && this.#transport.isFlushed;
  }

  #broken(what: string): SendError {
    const { fault, name } = this.#transport;
    if (fault !== undefined) return new SocketError(`${what} ${name}`, fault);
    return new BrokenPipeError(
      `Cannot ${what} ${name}: the other end is closed, or its process has ended (EPIPE)`,
    );
  }

  readonly #serve = (): void => {
    for (let sender = this.#senders.peek(); sender; sender = this.#senders.peek()) {
      try {
        if (!this.#isOut(sender)) break;
        this.#senders.remove(sender);
        sender.waiter.wake(undefined);
      } catch (error) {
        this.#senders.remove(sender);
        if (sender.isTaken) this.#transport.release();
        sender.waiter.wakeFailed(failed(error));
      }
    }
    this.#regulate();
  };

  #regulate(): void {
    const isWanted = !this.#senders.isEmpty();
    if (isWanted === this.#isListening) return;
    this.#isListening = isWanted;
    this.#transport.listen("write", isWanted ? this.#serve : undefined);
  }
}

/** Encodes at its run and not before, as everything that a Wait does. */
class SendOp extends Op<void, SendError> {
  readonly #outgoing: Outgoing;
  readonly #what: string;
  readonly #make: () => Uint8Array;

  constructor(outgoing: Outgoing, what: string, make: () => Uint8Array) {
    super();
    this.#outgoing = outgoing;
    this.#what = what;
    this.#make = make;
  }

  begin(fiber: FiberCore): Step {
    return this.#outgoing.begin(fiber, this.#what, this.#make);
  }
}

/** Who waits for its message to go out. */
class Sender extends WaiterNode implements Park {
  readonly waiter: Waiter;
  readonly what: string;
  readonly message: Uint8Array;
  /** Whether the transport has the message: from then on it goes out whole, whatever becomes of the sender. */
  isTaken = false;
  readonly #outgoing: Outgoing;

  constructor(waiter: Waiter, outgoing: Outgoing, what: string, message: Uint8Array) {
    super();
    this.waiter = waiter;
    this.what = what;
    this.message = message;
    this.#outgoing = outgoing;
  }

  cancel(): boolean {
    this.#outgoing.leave(this);
    return true;
  }

  describe(): string {
    return `${this.what} ${this.#outgoing.name}`;
  }
}
