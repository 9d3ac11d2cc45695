import type { FiberCore } from "../fiber/core.ts";
import { type Belonging, keep, type Starter } from "./belongings.ts";
import { tie } from "./detach.ts";
import { hiddenSlot } from "./hidden-slot.ts";
import { type HostCall, HostWait } from "./host-wait.ts";
import { realFiber } from "./owner.ts";
import { passUnhandled } from "./unhandled.ts";

/** How an asynchronous call of the host is ended. */
export interface Ending<A> {
  /** For reports, such as `fs.readFile /etc/hosts`. */
  label(): string;
  /** Aborts it, where the host can. */
  readonly abort?: ((reason: unknown) => void) | undefined;
  /** Closes a result that nobody waits for any more: a file handle, a response. */
  readonly discard?: ((value: A) => void) | undefined;
  readonly isRequest?: boolean | undefined;
  /** Told when it is handed over, with all that comes of it. */
  readonly detach?: (() => void) | undefined;
}

/**
 * The promise of a call that `fiber` made: `await` and `yield*` both take it. It
 * ends with the fiber, and with a `yield*` of that fiber that is struck.
 *
 * It is one made from the host's promise: to follow that one itself would mark
 * its rejection as handled when nobody handles it.
 */
export function ownPromise<A>(
  fiber: FiberCore,
  caller: Starter,
  begun: Promise<A>,
  ending: Ending<A>,
): Promise<A> {
  const call = new OwnedCall(fiber, caller, begun, ending);
  // Such as `child` of a promisified `exec`.
  const promise = Object.assign(call.promise, begun);
  calls.set(promise, call);
  tie(promise, () => call.detach());
  return Object.setPrototypeOf(promise, OWN_PROMISE) as Promise<A>;
}

const calls = hiddenSlot<HostCall<unknown>>();

/** What `await` and `instanceof` look for is the same. On each promise it would cost ten times as much. */
const OWN_PROMISE: object = Object.create(Promise.prototype, {
  [Symbol.iterator]: {
    value(this: object): Iterator<unknown> {
      return new HostWait(callOf(this))[Symbol.iterator]();
    },
  },
  /** By which `until` can name and end the call. */
  "~fibril/call": {
    get(this: object): HostCall<unknown> {
      return callOf(this);
    },
  },
});

const callOf = (promise: object): HostCall<unknown> => calls.get(promise) as HostCall<unknown>;

/** A call that has begun, and is its fiber's. */
export class OwnedCall<A> implements HostCall<A>, Belonging {
  readonly promise: Promise<A>;
  readonly caller: Starter;
  readonly isRequest: boolean | undefined;
  readonly #fiber: FiberCore;
  readonly #ending: Ending<A>;
  readonly #release: () => void;
  /** It has settled, or was handed over: there is nothing to end. */
  #over = false;
  /** It was given up: whoever still waits for it gets the reason. */
  #dropped: { readonly reason: unknown } | undefined;

  constructor(fiber: FiberCore, caller: Starter, begun: Promise<A>, ending: Ending<A>) {
    this.#fiber = fiber;
    this.caller = caller;
    this.isRequest = ending.isRequest;
    this.#ending = ending;
    this.#release = keep(fiber, this);
    this.promise = begun.then(
      (value) => {
        this.#settle();
        if (this.#dropped === undefined) return value;
        ending.discard?.(value);
        throw this.#dropped.reason;
      },
      (error) => {
        this.#settle();
        throw this.#dropped === undefined ? error : this.#dropped.reason;
      },
    );
  }

  describe(): string {
    return this.#ending.label();
  }

  /** Another fiber that gives up waiting leaves it to the one that began it. */
  leave(fiber: FiberCore): void {
    if ((realFiber(fiber) ?? fiber) !== this.#fiber) return;
    this.abandon(new DOMException("The fiber no longer waits for it", "AbortError"));
  }

  abandon(reason: unknown): void {
    if (this.#over || this.#dropped !== undefined) return;
    this.#dropped = { reason };
    passUnhandled(reason);
    this.#release();
    this.#ending.abort?.(reason);
  }

  detach(): void {
    this.#settle();
    this.#ending.detach?.();
  }

  #settle(): void {
    this.#over = true;
    this.#release();
  }
}
