import { show } from "../../fiber/body.ts";
import type { FiberCore } from "../../fiber/core.ts";
import { ready, type Step } from "../../fiber/fiber-state.ts";
import type { Waitable } from "../../fiber/iwait.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../../fiber/limits.ts";
import { SelectableOp, type Waiter } from "../../fiber/selectable.ts";
import type { Wait } from "../../fiber/wait.ts";
import type { Park } from "../../scheduler/park.ts";
import { Sentinel } from "../sentinel.ts";
import { Connection } from "./connection.ts";
import { Listener } from "./listener.ts";

/** Something that tells whether it is ready, and when that may have changed. */
interface Source {
  isReady(): boolean;
  watch(watcher: () => void): () => void;
}

/** A socket, or a listener of `fibril/server`. */
interface Socketlike {
  readonly readable: boolean;
  watch(watcher: () => void): () => void;
}

/** What `wait` takes: Connections, Listeners, sentinels and processes; sockets; fibers and events. */
export type Waited = Connection | Listener | Waitable | Socketlike;

/**
 * Waits until at least one of the objects is ready, and gives all that are, in the
 * order of the list: Connections and sockets from which receiving would not wait,
 * if only for the end or an error, Listeners with somebody to accept, processes
 * and sentinels of those that have ended. Nothing is taken: asked again it gives
 * the same, until that is received. Past `timeout` no objects; 0 asks what is ready now.
 *
 * multiprocessing: `multiprocessing.connection.wait`.
 *
 * @throws TypeError at the call for what can't be waited for.
 * @example
 * ```ts
 * import { Client, Listener, wait } from "fibril/process";
 *
 * async function main() {
 *   const listener = new Listener();
 *   const client = await Client(listener.address);
 *   const connection = await listener.accept();
 *   console.log((await wait([client, connection], { timeout: 0 })).length); // -> 0
 *   await client.send("hello");
 *   console.log((await wait([client, connection]))[0] === connection); // -> true
 *   for (const each of [client, connection, listener]) void each.close();
 * }
 * void main();
 * ```
 */
export function wait<T extends Waited>(objects: Iterable<T>, options?: WaitOptions): Wait<T[]> {
  checkOptions(options, "wait");
  const sources = new Map([...objects].map((each) => [each, sourceOf(each)]));
  const op = new WaitReady<T>(sources);
  return isLimited(options) ? limited(op, options, { value: [] as T[] }) : (op as Wait<T[]>);
}

class WaitReady<T> extends SelectableOp<T[]> {
  readonly sources: ReadonlyMap<T, Source>;

  constructor(sources: ReadonlyMap<T, Source>) {
    super();
    this.sources = sources;
  }

  readyOnes(): T[] {
    return [...this.sources].filter(([, source]) => source.isReady()).map(([object]) => object);
  }

  poll(_fiber: FiberCore): Step | undefined {
    const found = this.readyOnes();
    // Nothing could ever become ready.
    return found.length > 0 || this.sources.size === 0 ? ready(found) : undefined;
  }

  enlist(waiter: Waiter): Park {
    return new Watching(waiter, this);
  }
}

class Watching<T> implements Park {
  readonly #waiter: Waiter;
  readonly #op: WaitReady<T>;
  readonly #unwatch: (() => void)[];

  constructor(waiter: Waiter, op: WaitReady<T>) {
    this.#waiter = waiter;
    this.#op = op;
    const look = () => this.#look();
    this.#unwatch = [...op.sources.values()].map((source) => source.watch(look));
  }

  cancel(): boolean {
    for (const each of this.#unwatch.splice(0)) each();
    return true;
  }

  describe(): string {
    return `wait for ${this.#op.sources.size} objects`;
  }

  #look(): void {
    const found = this.#op.readyOnes();
    // One source may call twice, and is told off only now.
    if (found.length === 0 || this.#unwatch.length === 0) return;
    this.cancel();
    this.#waiter.wake(found);
  }
}

function sourceOf(object: Waited): Source {
  if (object instanceof Connection || object instanceof Listener) {
    return { isReady: () => object.isEventful, watch: (watcher) => object.watch(watcher) };
  }
  if (isSocketlike(object)) {
    return { isReady: () => object.readable, watch: (watcher) => object.watch(watcher) };
  }
  if (isWaitable(object)) return new LinkSource(object);
  throw new TypeError(
    `Cannot wait for ${show(object)}: pass Connections, Listeners, processes or their sentinels, or sockets`,
  );
}

function isSocketlike(object: object): object is Socketlike {
  const { readable, watch } = (object ?? {}) as Partial<Socketlike>;
  return typeof readable === "boolean" && typeof watch === "function";
}

function isWaitable(object: object): object is Waitable {
  return typeof (object as Partial<Waitable> | undefined)?.rawLink === "function";
}

/** What says only once that it is over. */
class LinkSource implements Source {
  readonly #object: Waitable;
  #isOver = false;

  constructor(object: Waitable) {
    this.#object = object;
  }

  isReady(): boolean {
    return this.#isOver || isOver(this.#object);
  }

  watch(watcher: () => void): () => void {
    const told = () => {
      this.#isOver = true;
      watcher();
    };
    this.#object.rawLink(told);
    return () => this.#object.unlink(told);
  }
}

function isOver(object: Waitable): boolean {
  if (object instanceof Sentinel) return object.hasEnded;
  const { exitcode, ready } = object as { exitcode?: unknown; ready?: unknown };
  if (typeof ready === "function") return ready.call(object) === true;
  return typeof exitcode === "number";
}
