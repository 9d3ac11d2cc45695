import { show } from "../fiber/body.ts";

/**
 * For `register` and in what `select` gives: data, the end or an error can be
 * read, a connection accepted.
 *
 * Python: `selectors.EVENT_READ`.
 *
 * @example
 * ```ts
 * import { EVENT_READ, EVENT_WRITE } from "fibril/selectors";
 *
 * console.log(EVENT_READ, EVENT_WRITE, EVENT_READ | EVENT_WRITE); // -> 1 2 3
 * ```
 */
export const EVENT_READ: 1 = 1 as const;

/**
 * For `register` and in what `select` gives: what was sent is gone, more can be.
 *
 * Python: `selectors.EVENT_WRITE`.
 *
 * @example
 * ```ts
 * import { EVENT_WRITE } from "fibril/selectors";
 *
 * console.log(EVENT_WRITE); // -> 2
 * ```
 */
export const EVENT_WRITE: 2 = 2 as const;

const EVERY_EVENT = EVENT_READ | EVENT_WRITE;

/** What a selector can wait for: a Socket, Listener or DatagramSocket, a child's pipe. */
export interface Pollable {
  /** Whether reading, or accepting, would not have to wait. */
  readonly readable?: boolean;
  /** Whether writing would not have to wait. */
  readonly writable?: boolean;
  /** Calls `watcher` whenever one of both may have changed; gives the way back. */
  watch(watcher: () => void): () => void;
}

/** Of each object the same number for as long as it lives, as a file's descriptor would be. */
const numbers = new WeakMap<object, number>();
let lastNumber = 0;

/**
 * An object that is registered: for which events, and with which data.
 *
 * Python: `selectors.SelectorKey`.
 *
 * @example
 * ```ts
 * import { DefaultSelector, EVENT_READ, type SelectorKey } from "fibril/selectors";
 * import { listen } from "fibril/server";
 *
 * async function main() {
 *   const [selector, listener] = [new DefaultSelector<string>(), await listen("127.0.0.1:0")];
 *   const key: SelectorKey<string> = selector.register(listener, EVENT_READ, "mine");
 *   console.log(key.fileobj === listener, key.events, key.data); // -> true 1 mine
 *   selector.close();
 *   await listener.close();
 * }
 * void main();
 * ```
 */
export class SelectorKey<D = unknown, F extends Pollable = Pollable> {
  readonly fileobj: F;
  /** A number of the object's own; no descriptor of the system. */
  readonly fd: number;
  /** `EVENT_READ`, `EVENT_WRITE`, or both by `|`. */
  readonly events: number;
  readonly data: D;

  constructor(fileobj: F, events: number, data: D) {
    this.fileobj = fileobj;
    this.fd = numberOf(fileobj);
    this.events = events;
    this.data = data;
  }

  /** Which of its events there are now. */
  get mask(): number {
    const { readable, writable } = this.fileobj;
    const ready = (readable === true ? EVENT_READ : 0) | (writable === true ? EVENT_WRITE : 0);
    return ready & this.events;
  }
}

function numberOf(object: object): number {
  let number = numbers.get(object);
  if (number === undefined) {
    number = ++lastNumber;
    numbers.set(object, number);
  }
  return number;
}

/** Throws unless `events` are one or both of the two that there are. */
export function checkEvents(events: unknown): void {
  if (typeof events !== "number") {
    throw new TypeError(
      `Cannot wait for the events ${show(events)}: pass EVENT_READ or EVENT_WRITE`,
    );
  }
  if (Number.isInteger(events) && events > 0 && events <= EVERY_EVENT) return;
  throw new RangeError(
    `Cannot wait for the events ${events}: pass EVENT_READ, EVENT_WRITE or both by |`,
  );
}

/** Throws for what can't be waited for. */
export function checkPollable(object: unknown): void {
  if (typeof (object as Partial<Pollable> | null | undefined)?.watch === "function") return;
  throw new TypeError(
    `Cannot select ${show(object)}: pass a socket or a listener of fibril/server, or a child's pipe`,
  );
}
