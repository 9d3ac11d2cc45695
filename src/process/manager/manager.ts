import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import type { PoolOptions } from "../pool/settings.ts";
import { BaseManager } from "./base-manager.ts";
import type { ArrayProxy } from "./proxies/array-proxy.ts";
import type { BarrierProxy } from "./proxies/barrier-proxy.ts";
import type { ConditionProxy } from "./proxies/condition-proxy.ts";
import { type DictProxy, type Entries, entriesOf } from "./proxies/dict-proxy.ts";
import type { EventProxy } from "./proxies/event-proxy.ts";
import type { ListProxy } from "./proxies/list-proxy.ts";
import type { LockProxy, SemaphoreProxy } from "./proxies/lock-proxy.ts";
import type { Attributes, NamespaceProxy } from "./proxies/namespace-proxy.ts";
import type { PoolProxy } from "./proxies/pool-proxy.ts";
import type { QueueProxy } from "./proxies/queue-proxy.ts";
import type { SetProxy } from "./proxies/set-proxy.ts";
import type { ValueProxy } from "./proxies/value-proxy.ts";
import { naming, withName } from "./with-name.ts";

/**
 * A manager that makes the usual objects: dicts and lists, queues and locks.
 * `Manager()` gives one that is started.
 *
 * multiprocessing: `multiprocessing.managers.SyncManager`.
 *
 * @example
 * ```ts
 * import { SyncManager } from "fibril/process";
 *
 * async function main() {
 *   const manager = new SyncManager({ address: "127.0.0.1:0" });
 *   await manager.start();
 *   console.log(manager.address?.host); // -> 127.0.0.1
 *   await manager.shutdown();
 * }
 * void main();
 * ```
 */
export class SyncManager extends BaseManager {
  /** @internal */
  static override readonly hasStandard: boolean = true;

  // biome-ignore lint/suspicious/noExplicitAny: as for an empty `new Map()`
  dict<K = any, V = any>(entries?: Entries<K, V>): Wait<DictProxy<K, V>> {
    return this.#make("dict", entries && entriesOf(entries));
  }

  // biome-ignore lint/suspicious/noExplicitAny: as for an empty array
  list<T = any>(items: Iterable<T> = []): Wait<ListProxy<T>> {
    return this.#make("list", [...items]);
  }

  // biome-ignore lint/suspicious/noExplicitAny: as for an empty `new Set()`
  set<T = any>(items: Iterable<T> = []): Wait<SetProxy<T>> {
    return this.#make("set", [...items]);
  }

  Namespace<A extends object = object>(attributes?: A): Wait<NamespaceProxy & Attributes<A>> {
    return this.#make("Namespace", { ...attributes });
  }

  // biome-ignore lint/suspicious/noExplicitAny: as for a queue without a type
  Queue<T = any>(maxsize = 0): Wait<QueueProxy<T>> {
    return this.#make("Queue", maxsize);
  }

  // biome-ignore lint/suspicious/noExplicitAny: as for a queue without a type
  JoinableQueue<T = any>(maxsize = 0): Wait<QueueProxy<T>> {
    return this.#make("JoinableQueue", maxsize);
  }

  Lock(): Wait<LockProxy> {
    return this.#make("Lock");
  }

  RLock(): Wait<LockProxy> {
    return this.#make("RLock");
  }

  Semaphore(value = 1): Wait<SemaphoreProxy> {
    return this.#make("Semaphore", value);
  }

  BoundedSemaphore(value = 1): Wait<SemaphoreProxy> {
    return this.#make("BoundedSemaphore", value);
  }

  /** On a lock of this manager, or an RLock of its own. */
  Condition(lock?: LockProxy): Wait<ConditionProxy> {
    return this.#make("Condition", lock);
  }

  Event(): Wait<EventProxy> {
    return this.#make("Event");
  }

  Barrier(parties: number, options?: { readonly timeout?: number }): Wait<BarrierProxy> {
    return this.#make("Barrier", parties, options);
  }

  /** @param typecode says nothing, as in Python: it holds anything. */
  Value<T>(typecode: string, value: T): Wait<ValueProxy<T>> {
    return this.#make("Value", typecode, value);
  }

  // biome-ignore lint/suspicious/noExplicitAny: as Python's, which holds anything
  SharedArray<T = any>(typecode: string, sizeOrItems: number | Iterable<T>): Wait<ArrayProxy<T>> {
    const given = typeof sizeOrItems === "number" ? sizeOrItems : [...sizeOrItems];
    return this.#make("SharedArray", typecode, given);
  }

  /** As `SharedArray`. */
  // biome-ignore lint/suspicious/noExplicitAny: as Python's, which holds anything
  Array<T = any>(typecode: string, sizeOrItems: number | Iterable<T>): Wait<ArrayProxy<T>> {
    return this.SharedArray(typecode, sizeOrItems);
  }

  /** A Pool whose workers are children of the server, for all who get its proxy. */
  Pool(options: PoolOptions | number = {}): Wait<PoolProxy, unknown> {
    const { initializer, ...others } =
      typeof options === "number" ? { processes: options, initializer: undefined } : options;
    if (initializer === undefined) return this.#make("Pool", others);
    const { name } = initializer;
    return withName(naming(initializer, SyncManager.prototype.Pool), (ref) =>
      this.#make("Pool", { ...others, initializer: { ref, name } }),
    );
  }

  #make<P>(typeid: string, ...args: unknown[]): Wait<P> {
    return this.create(typeid, ...args) as unknown as Wait<P>;
  }
}

/**
 * Starts a server process for objects that several processes share, and gives its
 * manager: `dict`, `list`, `set`, `Namespace`, `Queue`, `Lock` and so on, each
 * giving a proxy, which can be an argument of a Process. Calls of many fibers go
 * over one connection and do not wait for each other.
 *
 * Shared memory is much faster where it will do: `Queue`, `Lock`, `Value`.
 *
 * multiprocessing: `multiprocessing.Manager`.
 *
 * @example
 * ```ts
 * import { type DictProxy, type ListProxy, Manager, Process } from "fibril/process";
 *
 * export async function work(squares: DictProxy, list: ListProxy, i: number) {
 *   await squares.set(i, i * i);
 *   await list.push(i);
 * }
 *
 * async function main() {
 *   const manager = await Manager();
 *   const squares = await manager.dict();
 *   const list = await manager.list([0]);
 *   const processes = [1, 2, 3].map((i) => new Process({ target: work, args: [squares, list, i] }));
 *   for (const each of processes) each.start();
 *   for (const each of processes) await each.join();
 *   console.log(await squares.size, await list.length, await squares.get(3)); // -> 3 4 9
 *   await manager.shutdown();
 * }
 * if (import.meta.main) void main();
 * ```
 */
export function Manager(): Wait<SyncManager> {
  return script(started) as Wait<SyncManager>;
}

function* started(): Generator<Yieldable, SyncManager, never> {
  const manager = new SyncManager();
  yield* manager.start();
  return manager;
}
