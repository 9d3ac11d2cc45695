import { ready, type Step } from "../fiber/fiber-state.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import { WaiterList, WaiterNode } from "../internal/waiters.ts";
import type { Park } from "../scheduler/park.ts";
import { Notifier, resume } from "../sync/notifier.ts";
import { KeyError } from "./key-error.ts";
import { checkEvents, checkPollable, type Pollable, SelectorKey } from "./selector-key.ts";

/** Those that are ready, and the events that there are. */
export type Ready<D, F extends Pollable> = [key: SelectorKey<D, F>, mask: number][];

/**
 * Waits for several sockets at once: register them, and `select` tells which can
 * be read, written or accepted from. What is ready is told again until somebody
 * has dealt with it; the one that became ready first stands first.
 *
 * Fibers need none of this: give each connection one, or a StreamServer.
 *
 * gevent: `gevent.selectors.GeventSelector`; Python: `selectors.DefaultSelector`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { DefaultSelector, EVENT_READ } from "fibril/selectors";
 * import { connect, listen } from "fibril/server";
 *
 * spawn(function* () {
 *   const listener = yield* listen("127.0.0.1:0");
 *   const selector = new DefaultSelector<string>();
 *   selector.register(listener, EVENT_READ, "a connection");
 *   const client = yield* connect(listener.address);
 *   for (const [key, mask] of yield* selector.select()) console.log(key.data, mask);
 *   // -> a connection 1
 *   selector.close();
 *   yield* client.close();
 *   yield* listener.close();
 * });
 * ```
 */
export class DefaultSelector<D = unknown, F extends Pollable = Pollable> {
  readonly #keys: Map<F, SelectorKey<D, F>> = new Map();
  readonly #unwatch: Map<F, () => void> = new Map();
  /** Those that may be ready: what is not among them has not changed since it was not. */
  readonly #changed: Set<F> = new Set();
  readonly #places: WaiterList<SelectPlace> = new WaiterList();
  readonly #notifier: Notifier = new Notifier(
    () => this.#serveNext(),
    () => this.#places.size,
  );
  readonly #select: Select<D, F> = new Select(this, this.#places);
  #closed = false;

  /**
   * Waits for `events` of an object from now on.
   *
   * @throws KeyError if it is registered; TypeError or RangeError for what can't be waited for.
   */
  register(fileobj: F, events: number, data?: D): SelectorKey<D, F> {
    this.#refuseClosed("register");
    checkPollable(fileobj);
    checkEvents(events);
    if (this.#keys.has(fileobj)) {
      throw new KeyError("Cannot register what is already registered: use modify", fileobj);
    }
    this.#unwatch.set(
      fileobj,
      fileobj.watch(() => this.#onChange(fileobj)),
    );
    return this.#keep(new SelectorKey(fileobj, events, data as D));
  }

  /** Waits for an object no more, and gives its key; it may be closed by then. Throws KeyError. */
  unregister(fileobj: F): SelectorKey<D, F> {
    const key = this.getKey(fileobj);
    this.#keys.delete(fileobj);
    this.#changed.delete(fileobj);
    this.#unwatch.get(fileobj)?.();
    this.#unwatch.delete(fileobj);
    return key;
  }

  /** Waits for other events of an object, or with other data. Throws KeyError. */
  modify(fileobj: F, events: number, data?: D): SelectorKey<D, F> {
    this.getKey(fileobj);
    checkEvents(events);
    return this.#keep(new SelectorKey(fileobj, events, data as D));
  }

  /**
   * Waits until something is ready and gives it with its events; an empty array
   * if the `timeout` came first. A timeout of 0 or less gives what is ready now.
   */
  select(options?: WaitOptions): Wait<Ready<D, F>> {
    checkOptions(options, "select");
    const select: Wait<Ready<D, F>> = this.#select;
    if (!isLimited(options)) return select;
    return script(orNone<D, F>, limited(select, options, { value: undefined }));
  }

  /** The key of an object. Throws KeyError if it is not registered. */
  getKey(fileobj: F): SelectorKey<D, F> {
    const key = this.#keys.get(fileobj);
    if (key !== undefined) return key;
    throw new KeyError("Cannot find the key of what is not registered: use register", fileobj);
  }

  /** The keys of all that is registered, by object: a view that changes along. */
  getMap(): ReadonlyMap<F, SelectorKey<D, F>> {
    return this.#keys;
  }

  /** Forgets everything; the objects stay open. Those who wait get an Error. */
  close(): void {
    this.#closed = true;
    for (const fileobj of [...this.#keys.keys()]) this.unregister(fileobj);
    for (let place = this.#places.shift(); place; place = this.#places.shift()) {
      place.waiter.wakeThrowing(closedFor("select"));
    }
  }

  get closed(): boolean {
    return this.#closed;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @internal What is ready now. Throws if it is closed. */
  ready(): Ready<D, F> {
    this.#refuseClosed("select");
    const all: Ready<D, F> = [];
    for (const fileobj of this.#changed) {
      const key = this.getKey(fileobj);
      const { mask } = key;
      if (mask === 0) this.#changed.delete(fileobj);
      else all.push([key, mask]);
    }
    return all;
  }

  #keep(key: SelectorKey<D, F>): SelectorKey<D, F> {
    this.#keys.set(key.fileobj, key);
    this.#onChange(key.fileobj);
    return key;
  }

  #onChange(fileobj: F): void {
    this.#changed.add(fileobj);
    if (!this.#places.isEmpty()) this.#notifier.notify();
  }

  #serveNext(): boolean {
    const place = this.#places.peek();
    const all = place === undefined ? [] : this.ready();
    if (place === undefined || all.length === 0) return false;
    this.#places.remove(place);
    resume(place.waiter, all);
    return true;
  }

  #refuseClosed(what: string): void {
    if (this.#closed) throw closedFor(what);
  }
}

/** One for all runs: who waits has a place of its own. */
class Select<D, F extends Pollable> extends SelectableOp<Ready<D, F>> {
  readonly #selector: DefaultSelector<D, F>;
  readonly #places: WaiterList<SelectPlace>;

  constructor(selector: DefaultSelector<D, F>, places: WaiterList<SelectPlace>) {
    super();
    this.#selector = selector;
    this.#places = places;
  }

  poll(): Step | undefined {
    const all = this.#selector.ready();
    return all.length > 0 ? ready(all) : undefined;
  }

  enlist(waiter: Waiter): SelectPlace {
    const place = new SelectPlace(waiter, this.#selector.getMap().size);
    this.#places.push(place);
    return place;
  }
}

class SelectPlace extends WaiterNode implements Park {
  readonly waiter: Waiter;
  readonly #count: number;

  constructor(waiter: Waiter, count: number) {
    super();
    this.waiter = waiter;
    this.#count = count;
  }

  cancel(): boolean {
    this.list?.remove(this);
    return true;
  }

  describe(): string {
    return `select of ${this.#count}`;
  }
}

function* orNone<D, F extends Pollable>(
  selecting: Wait<Ready<D, F> | undefined>,
): Generator<Yieldable<never>, Ready<D, F>, never> {
  return (yield* selecting) ?? [];
}

const closedFor = (what: string): Error => new Error(`Cannot ${what}: the selector is closed`);
