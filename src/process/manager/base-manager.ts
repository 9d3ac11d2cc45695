import type { Input as DurationInput } from "effect/Duration";
import { toMillis } from "../../fiber/delay.ts";
import { checkOptions, type WaitOptions } from "../../fiber/limits.ts";
import { until } from "../../fiber/until.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import { type Address, showAddress } from "../../net/address.ts";
import type { AnyClass } from "../codec/classes.ts";
import { checkAuthkey } from "../connection/authkey.ts";
import { Listener } from "../connection/listener.ts";
import { type PeerAddress, parsePeerAddress } from "../connection/peer-address.ts";
import { wait } from "../connection/wait.ts";
import { currentState } from "../current-state.ts";
import { moduleOf, traceAbove } from "../naming/caller-module.ts";
import type { AnyFunction, FunctionRef } from "../naming/function-ref.ts";
import { nameClass, nameFunction } from "../naming/name-function.ts";
import { Process } from "../process.ts";
import { ProcessError } from "../process-error.ts";
import { childOf, stateOf } from "../process-state.ts";
import type { Link } from "./link.ts";
import { forgetLink, keepLink, newLink } from "./links.ts";
import { standardTypes } from "./objects/standard-types.ts";
import { Ask } from "./proxied.ts";
import type { ProxyOf } from "./proxies/custom-proxy.ts";
import "./references.ts";
import { addType, type RegisterOptions, type Registration, typesOf } from "./registry.ts";
import { type Report, type ServeMessage, serveManager, type TypeMessage } from "./serve-manager.ts";
import { ManagerServer } from "./server/server.ts";
import { makerOf, type TypeSpec } from "./server/type-spec.ts";

/** Where a manager's server is, or is to be. */
export interface ManagerOptions {
  /** As a Listener's: `"host:port"`, `["host", port]`, `{ host, port }`, or a path. Without: one of this machine's own. */
  readonly address?: PeerAddress | undefined;
  /** Only who has the same key gets in; `currentProcess().authkey` if absent. */
  readonly authkey?: Uint8Array | undefined;
  /** So long may its server take to end before it is killed; 1 second if absent. */
  readonly shutdownTimeout?: DurationInput | undefined;
}

/** Longer, and a server that hangs holds its program up; shorter would cut off what it does at its end. */
const SHUTDOWN_MS = 1000;

/**
 * Objects in a server process, for all processes that have the key: on this
 * machine or, at an address of TCP, on others. A subclass registers what kinds of
 * objects; `start` starts a server, `connect` goes to one that runs elsewhere, and
 * `getServer` makes this process the server.
 *
 * Objects live as long as some process has a proxy for them, or another object
 * does. The server ends with the program that started it, however that ends.
 *
 * multiprocessing: `multiprocessing.managers.BaseManager`.
 *
 * @example
 * ```ts
 * import { BaseManager } from "fibril/process";
 *
 * export class MathsClass {
 *   add(x: number, y: number) {
 *     return x + y;
 *   }
 * }
 * class MyManager extends BaseManager {}
 * MyManager.register("Maths", MathsClass);
 *
 * async function main() {
 *   const manager = new MyManager();
 *   await manager.start();
 *   const maths = await manager.create<MathsClass>("Maths");
 *   console.log(await maths.add(4, 3)); // -> 7
 *   await manager.shutdown();
 * }
 * if (import.meta.main) void main();
 * ```
 */
export class BaseManager {
  /** @internal Whether its servers have the types of `Manager` as well. */
  static readonly hasStandard: boolean = false;

  /**
   * Makes a type known to this class of managers: its objects are made in the
   * server by calling `callable`, or by `new` if it is a class. Where a server is
   * started it must be exported, or use nothing from around it. A client that only
   * connects needs no callable. Managers get a method of that name.
   *
   * @throws TypeError for a name that begins with `_`, or is one of an object's own.
   */
  static register(
    typeid: string,
    callable?: AnyFunction | AnyClass,
    options: RegisterOptions = {},
  ): void {
    checkOptions(options, "register a type");
    const module = moduleOf(traceAbove(BaseManager.register));
    // biome-ignore lint/complexity/noThisInStatic: a subclass registers for itself
    const { prototype } = addType(this, typeid, { callable, options, module });
    if (options.createMethod === false || typeid in prototype) return;
    const value = function (this: BaseManager, ...args: unknown[]): Wait<unknown, unknown> {
      return this.create(typeid, ...args);
    };
    Object.defineProperty(prototype, typeid, { value, configurable: true, writable: true });
  }

  readonly #asked: PeerAddress | undefined;
  readonly #authkey: Uint8Array;
  readonly #shutdownMillis: number;
  #address: Address | undefined;
  #process: Process<[ServeMessage]> | undefined;
  #link: Link | undefined;
  #isStarted = false;
  #isShutDown = false;

  /** @throws TypeError for what is no address, or no key. */
  constructor(options: ManagerOptions = {}) {
    checkOptions(options, "make a manager");
    const { address, authkey, shutdownTimeout = SHUTDOWN_MS } = options;
    if (address !== undefined) parsePeerAddress(address, "make a manager at");
    this.#asked = address;
    this.#shutdownMillis = toMillis(shutdownTimeout, "shut down a manager");
    this.#authkey = checkAuthkey(authkey, "make a manager") ?? currentState().authkey;
  }

  /** Where its server is; undefined before `start` or `connect`. */
  get address(): Address | undefined {
    return this.#address;
  }

  /**
   * Starts the server in a process of its own and waits until it is ready.
   *
   * @param initializer is run there first: exported, or using nothing from around it.
   * @throws ProcessError if it was started before, or the server could not be.
   */
  start(initializer?: AnyFunction, initargs: readonly unknown[] = []): Wait<void> {
    if (initializer !== undefined && typeof initializer !== "function") {
      throw new TypeError("Cannot start a manager: its initializer must be a function");
    }
    const from = initializer && moduleOf(traceAbove(BaseManager.prototype.start));
    return script(() => this.#start(initializer, initargs, from)) as Wait<void>;
  }

  /** Goes to a server that runs at the address already. Throws AuthenticationError for another key. */
  connect(options?: WaitOptions): Wait<void> {
    checkOptions(options, "connect to a manager");
    return script(() => this.#connect()) as Wait<void>;
  }

  /** A server in this very process, which listens from now on: for its `serveForever`. */
  getServer(): ManagerServer {
    this.#refuseSecond("get a server of");
    const { hasStandard } = this.constructor as typeof BaseManager;
    const types = new Map<string, TypeSpec>(hasStandard ? standardTypes : []);
    for (const [typeid, { callable, options }] of this.#types()) {
      const make = callable && makerOf(callable as AnyFunction);
      types.set(typeid, { make, exposed: options.exposed, methodTypes: options.methodToTypeid });
    }
    const server = new ManagerServer(types, this.#asked, this.#authkey);
    this.#isStarted = true;
    this.#address = server.address;
    return server;
  }

  /** Makes an object of a registered type in the server; gives its proxy, with its methods as Waits. */
  create<T = unknown>(typeid: string, ...args: readonly unknown[]): Wait<ProxyOf<T>, unknown> {
    const link = this.#connected(`make a "${typeid}"`);
    const request = () => ["create", typeid, args] as const;
    return new Ask<ProxyOf<T>>(link, { what: `${typeid}()`, request });
  }

  /** Waits for the end of the server's process. */
  join(options?: WaitOptions): Wait<void> {
    if (this.#process !== undefined) return this.#process.join(options);
    throw new ProcessError("Cannot join this manager: it has started no server");
  }

  /**
   * Ends the server, if it was started here, and waits for that; calls of its
   * objects then throw. Shutting down twice is nothing.
   */
  shutdown(): Wait<void> {
    return script(() => this.#shutdown()) as Wait<void>;
  }

  /** As `shutdown`. */
  close(): Wait<void> {
    return this.shutdown();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  *#start(
    initializer: AnyFunction | undefined,
    initargs: readonly unknown[],
    from: string | undefined,
  ): Generator<Yieldable, void, never> {
    this.#refuseSecond("start");
    this.#isStarted = true;
    const listener = new Listener({ authkey: currentState().authkey });
    try {
      const message: ServeMessage = {
        report: listener.address,
        address: this.#asked,
        authkey: this.#authkey,
        hasStandard: (this.constructor as typeof BaseManager).hasStandard,
        types: yield* until(this.#typeMessages()),
        initializer:
          initializer && (yield* until(Promise.resolve(nameFunction(initializer, from)))),
        initargs,
      };
      const process = new Process({ target: serveManager, args: [message], daemon: true });
      process.name = process.name.replace(/^Process/, this.constructor.name);
      process.start();
      const child = childOf(stateOf(process), "start");
      child.role = { name: process.name, kind: "manager", daemon: true };
      this.#process = process;
      this.#address = yield* reportOf(listener, process);
      this.#link = keepLink(newLink(showAddress(this.#address), this.#authkey));
    } catch (error) {
      this.#process?.kill();
      this.#isShutDown = true;
      throw error;
    } finally {
      void listener.close();
    }
  }

  *#connect(): Generator<Yieldable, void, never> {
    if (this.#asked === undefined) {
      throw new ProcessError("Cannot connect a manager without an address: pass { address } to it");
    }
    this.#refuseSecond("connect");
    const { host = "", port = 0, path } = parsePeerAddress(this.#asked, "connect to") as Address;
    const address = path === undefined ? { host, port } : { host, port, path };
    const link = newLink(showAddress(address), this.#authkey);
    yield* new Ask(link, { what: "connect", request: () => ["hello"] });
    this.#isStarted = true;
    this.#address = address;
    this.#link = keepLink(link);
  }

  *#shutdown(): Generator<Yieldable, void, never> {
    this.#isShutDown = true;
    if (this.#link !== undefined) forgetLink(this.#link);
    const process = this.#process;
    if (process?.pid === undefined) return;
    process.terminate();
    yield* process.join({ timeout: this.#shutdownMillis });
    process.kill();
    yield* process.join();
  }

  #connected(what: string): Link {
    if (this.#link !== undefined && !this.#isShutDown) return this.#link;
    const why = this.#isShutDown
      ? "it was shut down"
      : "its server is not started yet; start or connect it";
    throw new ProcessError(`Cannot ${what}: ${why}`);
  }

  #refuseSecond(what: string): void {
    if (this.#isStarted) throw new ProcessError(`Cannot ${what} a manager twice: make another one`);
  }

  #types(): Map<string, Registration> {
    return typesOf(this.constructor);
  }

  #typeMessages(): Promise<TypeMessage[]> {
    return Promise.all([...this.#types()].map(([typeid, each]) => messageOf(typeid, each)));
  }
}

async function messageOf(
  typeid: string,
  { callable, options, module }: Registration,
): Promise<TypeMessage> {
  let ref: FunctionRef | undefined;
  if (callable !== undefined) {
    const isClass = /^class\b/.test(Function.prototype.toString.call(callable));
    const name = isClass ? nameClass : nameFunction;
    ref = await name(callable as AnyFunction, module);
  }
  return { typeid, callable: ref, exposed: options.exposed, methodTypes: options.methodToTypeid };
}

/** Waits until the server is ready, or has ended before. */
function* reportOf(
  listener: Listener,
  process: Process<[ServeMessage]>,
): Generator<Yieldable, Address, never> {
  const [first] = yield* wait([listener, process.sentinel]);
  if (first !== listener) {
    throw new ProcessError(
      `Cannot start a manager: its process ended with the exit code ${process.exitcode} before it was ready`,
    );
  }
  const connection = yield* listener.accept();
  try {
    const report = yield* connection.recv<Report>();
    if ("error" in report) {
      throw new ProcessError(`Cannot start a manager: ${report.error}`, { cause: report.error });
    }
    return report.address;
  } finally {
    void connection.close();
  }
}
