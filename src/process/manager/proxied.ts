import type { FiberCore } from "../../fiber/core.ts";
import type { Step } from "../../fiber/fiber-state.ts";
import { limited } from "../../fiber/limits.ts";
import { Op, type Wait } from "../../fiber/wait.ts";
import type { Link, Question } from "./link.ts";
import type { Reference, Request } from "./protocol.ts";

/** What a proxy stands for, and how it gets there. By symbols: every name may be a method of its referent. */
export const REFERENCE: unique symbol = Symbol("reference");
export const LINK: unique symbol = Symbol("link");
const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/** How a method is called. */
export interface CallOptions {
  /** What gives back what came too late, since the caller was killed: a method and its arguments. */
  readonly undo?:
    | ((value: unknown) => readonly [method: string, ...unknown[]] | undefined)
    | undefined;
  /** Ends the wait here; timeouts go with the arguments. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Stands for an object in a manager's server: its methods run there, and each is a
 * Wait for that. It can be sent to other processes, where it stands for the same
 * object, and be put into other objects of its manager.
 *
 * multiprocessing: `multiprocessing.managers.BaseProxy`.
 */
export class Proxied {
  readonly [REFERENCE]: Reference;
  readonly [LINK]: Link;

  /** @internal */
  constructor(reference: Reference, link: Link) {
    this[REFERENCE] = { ...reference, address: link.address };
    this[LINK] = link;
  }

  /** Calls a method of the object by its name. multiprocessing: `_callmethod`. */
  callMethod<A = unknown>(method: string, ...args: readonly unknown[]): Wait<A, unknown> {
    return call<A>(this, method, args);
  }

  /** Whether both stand for one and the same object. */
  equals(other: unknown): boolean {
    if (!(other instanceof Proxied)) return false;
    const [mine, theirs] = [this[REFERENCE], other[REFERENCE]];
    return mine.server === theirs.server && mine.object === theirs.object;
  }

  toString(): string {
    const { typeid, object, address = "" } = this[REFERENCE];
    return `<proxy of ${typeid} ${object} at ${address.replace("\0", "@")}>`;
  }

  [INSPECT](): string {
    return Proxied.prototype.toString.call(this);
  }
}

/** Waits for what a method of the object gives. */
export function call<A>(
  proxy: Proxied,
  method: string,
  args: readonly unknown[],
  { undo, signal }: CallOptions = {},
): Wait<A> {
  const { object, typeid } = proxy[REFERENCE];
  const takeBack = (value: unknown, fiber: number): Request | undefined => {
    const [name, ...given] = undo?.(value) ?? [];
    return name === undefined ? undefined : ["call", object, name, given, fiber];
  };
  const question: Question = {
    what: `${typeid}.${method}`,
    request: (fiber) => ["call", object, method, args, fiber],
    undo: takeBack,
  };
  const ask = new Ask<A>(proxy[LINK], question);
  return (signal === undefined ? ask : limited(ask, { signal })) as Wait<A>;
}

/** Calls a method at once and waits for nothing; later calls of this process find it done. */
export function tell(proxy: Proxied, method: string, args: readonly unknown[]): void {
  const { object, typeid } = proxy[REFERENCE];
  proxy[LINK].tell(["call", object, method, args, 0], `${typeid}.${method}`);
}

/** What was sent to other processes: it lives as long as this one, which can't know when it has arrived. */
const pinned: Set<Proxied> = new Set();

/** How a proxy goes to another process. */
export function packProxy(proxy: Proxied): Reference {
  pinned.add(proxy);
  return proxy[REFERENCE];
}

/** Waits for the answer to one question, asked at each run. */
export class Ask<A> extends Op<A, unknown> {
  readonly #link: Link;
  readonly #question: Question;

  constructor(link: Link, question: Question) {
    super();
    this.#link = link;
    this.#question = question;
  }

  begin(fiber: FiberCore): Step {
    return this.#link.begin(fiber, this.#question);
  }
}
