import { Buffer } from "node:buffer";
import type { FiberCore } from "../../fiber/core.ts";
import type { Step } from "../../fiber/fiber-state.ts";
import { spawn } from "../../fiber/spawn.ts";
import type { Yieldable } from "../../fiber/wait.ts";
import { failed } from "../../net/socket-error.ts";
import { Client } from "../connection/client.ts";
import { EOFError } from "../connection/connection-errors.ts";
import type { SocketTransport } from "../connection/socket-transport.ts";
import { currentState } from "../current-state.ts";
import { fault } from "../fault.ts";
import { fiberNumber } from "./fiber-number.ts";
import { type Caller, PendingCall, type Question } from "./pending-call.ts";
import { type Answer, type Request, UNANSWERED } from "./protocol.ts";
import { seal } from "./sealed-key.ts";
import { messageOf, type Receiver, Wire } from "./wire.ts";

/** Numbers go around: so many calls are never under way at once. */
const MOST_NUMBERS = 2 ** 32;

/**
 * Owns this process's connection to one manager, and the calls of all its fibers
 * that are under way on it. It is made when the first one calls, and again when
 * one calls after it has broken.
 */
export class Link implements Receiver, Caller {
  readonly address: string;
  readonly #key: Uint8Array;
  readonly #reading: <A>(link: Link, read: () => A) => A;
  readonly #pending: Map<number, PendingCall> = new Map();
  #wire: Wire | undefined;
  /** What is to be said once it is connected. */
  #early: Uint8Array[] | undefined;
  #last = UNANSWERED;

  constructor(address: string, key: Uint8Array, reading: <A>(link: Link, read: () => A) => A) {
    this.address = address;
    this.#key = key;
    this.#reading = reading;
  }

  /** In reports and errors. */
  get name(): string {
    return this.address.replace("\0", "@");
  }

  /** Its key for other processes of this program, unless it is the program's own. */
  sealedKey(): Uint8Array | undefined {
    const { authkey } = currentState();
    return Buffer.compare(this.#key, authkey) === 0 ? undefined : seal(this.#key, authkey);
  }

  /** The step of a fiber that asks: it parks until the answer is here. */
  begin(fiber: FiberCore, question: Question): Step {
    const by = fiberNumber(fiber);
    const number = this.#nextNumber();
    let message: Uint8Array;
    try {
      const request = question.request(by);
      message = messageOf(number, request, { [`${question.what} args`]: argsOf(request) });
    } catch (error) {
      throw fiber.failing(failed(error));
    }
    const call = new PendingCall(fiber, number, by, question, this);
    this.#pending.set(number, call);
    const step = fiber.parkOn(call);
    this.#post(message);
    fault?.("manager.asked");
    return step;
  }

  /** The caller waits no more. What it would get is taken back when it comes. */
  abandon({ number }: PendingCall): void {
    this.#post(messageOf(number, ["cancel"] satisfies Request));
  }

  hold(object: number): void {
    this.tell(["hold", object]);
  }

  drop(object: number, count: number): void {
    // Nothing is held there for a connection that is no more.
    if (this.#wire !== undefined) this.tell(["drop", object, count]);
  }

  /** Says something that wants no answer. */
  tell(request: Request): void {
    this.#post(messageOf(UNANSWERED, request, { args: argsOf(request) }));
  }

  /** Ends the connection; who waits for an answer gets an error. */
  close(): void {
    this.#wire?.close();
    this.#settleAll(
      new EOFError(`Cannot go on with the manager at ${this.name}: it was shut down here`),
    );
  }

  message(number: number, value: unknown): void {
    const call = this.#take(number);
    if (call === undefined) return;
    fault?.("manager.answered");
    const [kind, result] = value as Answer;
    if (kind === "error") return call.fail(result);
    const undo = call.answer(result);
    if (undo !== undefined) this.tell(undo);
  }

  unreadable(number: number, error: unknown): void {
    this.#take(number)?.fail(error);
  }

  ended(): void {
    this.#settleAll(
      new EOFError(
        `Cannot go on with the manager at ${this.name}: its server has ended, or was shut down`,
      ),
    );
  }

  reading<A>(read: () => A): A {
    return this.#reading(this, read);
  }

  #take(number: number): PendingCall | undefined {
    const call = this.#pending.get(number);
    this.#pending.delete(number);
    if (this.#pending.size === 0) this.#wire?.receive("unwanted");
    return call;
  }

  #nextNumber(): number {
    do this.#last = (this.#last + 1) % MOST_NUMBERS;
    while (this.#last === UNANSWERED || this.#pending.has(this.#last));
    return this.#last;
  }

  #post(message: Uint8Array): void {
    if (this.#wire !== undefined) {
      if (this.#pending.size > 0) this.#wire.receive("wanted");
      return this.#wire.post(message);
    }
    if (this.#early !== undefined) return void this.#early.push(message);
    this.#early = [message];
    spawn({ daemon: true, name: `connect to manager ${this.name}` }, () => this.#connect());
  }

  *#connect(): Generator<Yieldable, void, never> {
    try {
      const connection = yield* Client(this.address, { authkey: this.#key });
      this.#wire = new Wire(connection.transport as SocketTransport, this);
      if (this.#pending.size > 0) this.#wire.receive("wanted");
      this.tell(["hello", currentState().name, process.pid]);
      for (const message of this.#early ?? []) this.#wire.post(message);
      this.#early = undefined;
    } catch (error) {
      this.#settleAll(error);
    }
  }

  #settleAll(error: unknown): void {
    this.#wire = undefined;
    this.#early = undefined;
    const calls = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of calls) call.fail(error);
  }
}

/** What a user has given, as an object so that errors can name its parts. */
function argsOf(request: Request): unknown {
  if (request[0] === "call") return request[3];
  return request[0] === "create" ? request[2] : undefined;
}
