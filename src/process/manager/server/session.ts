import { spawn } from "../../../fiber/spawn.ts";
import type { SocketTransport } from "../../connection/socket-transport.ts";
import { currentState } from "../../current-state.ts";
import { fault } from "../../fault.ts";
import type { HeldInfo, ProcessRef } from "../../inspect/info-types.ts";
import { RemoteTraceback } from "../../pool/remote-traceback.ts";
import { type Answer, type Request, UNANSWERED } from "../protocol.ts";
import { readingAt } from "../references.ts";
import { messageOf, type Receiver, Wire } from "../wire.ts";
import { type Client, callingAs, type Holding } from "./caller.ts";
import type { Entry } from "./entry.ts";
import { mustRun, type RunningCall, runCall } from "./run-call.ts";
import { leasing, type Table } from "./table.ts";

/**
 * Owns what one client has in a server: its calls that are under way, the objects
 * that live for it, the locks that it holds. All of that ends with its connection.
 */
export class Session implements Receiver, Client {
  hasEnded = false;
  readonly holdings: Set<Holding> = new Set();
  /** For reports: it may be a stranger who does not say. */
  who: ProcessRef = { name: "somebody", pid: 0 };
  readonly #wire: Wire;
  readonly #table: Table;
  readonly #onEnd: () => void;
  readonly #running: Map<number, RunningCall> = new Map();
  /** How often each object was told to the client, and is not known to be gone there. */
  readonly #leases: Map<Entry, number> = new Map();

  constructor(transport: SocketTransport, table: Table, onEnd: () => void) {
    this.#table = table;
    this.#onEnd = onEnd;
    this.#wire = new Wire(transport, this);
    this.#wire.receive("wanted");
  }

  message(number: number, value: unknown): void {
    if (isRequest(value)) this.#serve(number, value);
    else this.close();
  }

  unreadable(number: number, error: unknown): void {
    this.#fail(number, error);
  }

  reading<A>(read: () => A): A {
    return readingAt(this.#table, read);
  }

  ended(): void {
    this.hasEnded = true;
    for (const number of [...this.#running.keys()]) this.#cancel(number);
    for (const holding of [...this.holdings]) holding.abandon(this);
    this.#running.clear();
    this.#leases.clear();
    this.#onEnd();
  }

  close(): void {
    if (this.hasEnded) return;
    this.#wire.close();
    this.ended();
  }

  #serve(number: number, request: Request): void {
    switch (request[0]) {
      case "call":
        return this.#call(number, request);
      case "create":
        return this.#create(number, request);
      case "hello":
        return this.#greet(number, request);
      case "cancel":
        return this.#cancel(number);
      case "hold":
        return this.#hold(request[1]);
      case "drop":
        return this.#drop(request[1], request[2]);
    }
  }

  /** What its process holds here, for reports. */
  locks(): HeldInfo[] {
    const { who: holder } = this;
    return [...this.holdings].map((held) => ({ name: this.#table.labelOf(held), holder }));
  }

  #greet(number: number, [, name, pid]: Extract<Request, readonly ["hello", ...unknown[]]>): void {
    if (typeof name === "string" && typeof pid === "number") this.who = { name, pid };
    this.#answer(number, undefined);
  }

  #call(
    number: number,
    [, id, method, args, fiber]: Extract<Request, readonly ["call", ...unknown[]]>,
  ): void {
    this.#run(number, () => {
      const entry = this.#table.find(id);
      if (!entry.exposed.has(method)) throw notExposed(entry, method);
      const object = entry.object as Record<string, (...args: readonly unknown[]) => unknown>;
      const made = callingAs({ client: this, fiber }, () =>
        (object[method] as (...args: readonly unknown[]) => unknown)(...args),
      );
      const typeid = entry.methodTypes.get(method);
      return { made, typeid, label: `${entry.label}.${method}` };
    });
  }

  #create(
    number: number,
    [, typeid, args]: Extract<Request, readonly ["create", ...unknown[]]>,
  ): void {
    this.#run(number, () => ({ made: this.#table.make(typeid, args), typeid, label: typeid }));
  }

  #run(number: number, begin: () => Made): void {
    try {
      const { made, typeid, label } = begin();
      const done = (value: unknown) =>
        this.#answer(number, typeid === undefined ? value : this.#table.add(typeid, value));
      if (mustRun(made)) this.#spawn(number, made, done, label);
      else done(made);
    } catch (error) {
      this.#fail(number, error);
    }
  }

  #spawn(number: number, made: unknown, done: (value: unknown) => void, label: string): void {
    const failed = (error: unknown) => this.#fail(number, error);
    const call: RunningCall = { done, failed, hasBegun: false, fiber: undefined };
    if (number !== UNANSWERED) this.#running.set(number, call);
    const { name, pid } = this.who;
    const options = { daemon: true, name: `${label} for ${name} (pid ${pid})` };
    call.fiber = spawn(options, runCall, made, call);
  }

  /** Nobody waits for it any more: it ends where it is. That is its answer, by which the client forgets it. */
  #cancel(number: number): void {
    const call = this.#running.get(number);
    void call?.fiber?.kill();
    if (call?.hasBegun === false) call.failed(new Error("Cancelled before it began"));
  }

  #answer(number: number, value: unknown): void {
    fault?.("server.called");
    if (number === UNANSWERED || this.hasEnded) return;
    this.#running.delete(number);
    const answer: Answer = ["value", value];
    this.#wire.post(leasing(this.#lease, () => messageOf(number, answer, { "the result": value })));
    fault?.("server.replied");
  }

  #fail(number: number, error: unknown): void {
    if (number === UNANSWERED || this.hasEnded) return;
    this.#running.delete(number);
    const marked = RemoteTraceback.mark(error, currentState().name, process.pid);
    const answer: Answer = ["error", marked];
    try {
      this.#wire.post(leasing(this.#lease, () => messageOf(number, answer)));
    } catch (unsendable) {
      this.#wire.post(messageOf(number, ["error", new Error(`${error}`, { cause: unsendable })]));
    }
  }

  readonly #lease = (entry: Entry): void => {
    this.#leases.set(entry, (this.#leases.get(entry) ?? 0) + 1);
  };

  #hold(id: number): void {
    const entry = this.#table.lookUp(id);
    if (entry !== undefined) this.#lease(entry);
  }

  #drop(id: number, count: number): void {
    const entry = this.#table.lookUp(id);
    if (entry === undefined) return;
    const left = (this.#leases.get(entry) ?? 0) - count;
    if (left > 0) this.#leases.set(entry, left);
    else this.#leases.delete(entry);
  }
}

/** What a request led to. */
interface Made {
  readonly made: unknown;
  /** Under which it stays here, if it does. */
  readonly typeid: string | undefined;
  /** For reports. */
  readonly label: string;
}

/** A stranger with the right key may still send anything. */
function isRequest(value: unknown): value is Request {
  if (!Array.isArray(value)) return false;
  const [kind, first, second, third, fourth] = value;
  switch (kind) {
    case "call":
      return (
        typeof first === "number" &&
        typeof second === "string" &&
        Array.isArray(third) &&
        typeof fourth === "number"
      );
    case "create":
      return typeof first === "string" && Array.isArray(second);
    case "cancel":
    case "hello":
      return true;
    case "hold":
      return typeof first === "number";
    case "drop":
      return typeof first === "number" && typeof second === "number";
    default:
      return false;
  }
}

function notExposed({ typeid, exposed }: Entry, method: string): TypeError {
  return new TypeError(
    `Cannot call "${method}" of a ${typeid} of this manager: its methods are ${[...exposed].join(", ")}`,
  );
}
