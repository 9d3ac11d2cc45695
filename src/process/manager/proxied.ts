import type { FiberCore } from "../../fiber/core.ts";
import type { Step } from "../../fiber/fiber-state.ts";
import { limited } from "../../fiber/limits.ts";
import { Op, type Wait } from "../../fiber/wait.ts";
import type { Link } from "./link.ts";
import type { Question } from "./pending-call.ts";
import type { Reference, Request } from "./protocol.ts";

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
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { Manager, Proxied } from "fibril/process";
 *
 * spawn(function* () {
 *   const manager = yield* Manager();
 *   const [outer, inner] = [yield* manager.dict(), yield* manager.list([1])];
 *   yield* outer.set("inner", inner);
 *   const same = yield* outer.get("inner");
 *   console.log(same instanceof Proxied, inner.equals(same)); // -> true true
 *   console.log(yield* inner.callMethod("length")); // -> 1
 *   yield* manager.shutdown();
 * });
 * ```
 */
export class Proxied {
  // No method that a server exposes begins with `_`.
  /** @internal */
  readonly _reference: Reference;
  /** @internal */
  readonly _link: Link;

  /** @internal */
  constructor(reference: Reference, link: Link) {
    this._reference = { ...reference, address: link.address };
    this._link = link;
  }

  /** Calls a method of the object by its name. multiprocessing: `_callmethod`. */
  callMethod<A = unknown>(method: string, ...args: readonly unknown[]): Wait<A, unknown> {
    return call<A>(this, method, args);
  }

  /** Whether both stand for one and the same object. */
  equals(other: unknown): boolean {
    if (!(other instanceof Proxied)) return false;
    const [mine, theirs] = [this._reference, other._reference];
    return mine.server === theirs.server && mine.object === theirs.object;
  }

  toString(): string {
    const { typeid, object } = this._reference;
    return `<proxy of ${typeid} ${object} at ${this._link.name}>`;
  }
}

// For `console.log`, by a symbol of Node's that the other hosts know as well.
Object.defineProperty(Proxied.prototype, Symbol.for("nodejs.util.inspect.custom"), {
  value(this: Proxied): string {
    return Proxied.prototype.toString.call(this);
  },
});

/** Waits for what a method of the object gives. */
export function call<A>(
  proxy: Proxied,
  method: string,
  args: readonly unknown[],
  { undo, signal }: CallOptions = {},
): Wait<A> {
  const { object, typeid } = proxy._reference;
  const takeBack = (value: unknown, fiber: number): Request | undefined => {
    const [name, ...given] = undo?.(value) ?? [];
    return name === undefined ? undefined : ["call", object, name, given, fiber];
  };
  const question: Question = {
    what: `${typeid}.${method}`,
    object,
    request: (fiber) => ["call", object, method, args, fiber],
    undo: takeBack,
  };
  const ask = new Ask<A>(proxy._link, question);
  return (signal === undefined ? ask : limited(ask, { signal })) as Wait<A>;
}

/** Calls a method at once and waits for nothing; later calls of this process find it done. */
export function tell(proxy: Proxied, method: string, args: readonly unknown[]): void {
  proxy._link.tell(["call", proxy._reference.object, method, args, 0]);
}

/** What was sent to other processes: it lives as long as this one, which can't know when it has arrived. */
const pinned: Set<Proxied> = new Set();

/** How a proxy goes to another process. */
export function packProxy(proxy: Proxied): Reference {
  pinned.add(proxy);
  return { ...proxy._reference, key: proxy._link.sealedKey() };
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
