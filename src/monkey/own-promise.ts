import type { FiberCore } from "../fiber/core.ts";
import { type Belonging, keep } from "./belongings.ts";
import { type HostCall, HostWait } from "./host-wait.ts";

/** How an asynchronous call of the host is ended. */
export interface Ending<A> {
  /** For reports, such as `fs.readFile /etc/hosts`. */
  readonly label: string;
  /** Aborts it, where the host can. */
  readonly abort?: ((reason: unknown) => void) | undefined;
  /** Closes a result that nobody waits for any more: a file handle, a response. */
  readonly discard?: ((value: A) => void) | undefined;
}

/**
 * The promise of a call that `fiber` made: `await` and `yield*` both take it. It
 * ends with the fiber, and with a `yield*` that is struck.
 *
 * It is one made from the host's promise: to follow that one itself would mark
 * its rejection as handled when nobody handles it.
 */
export function ownPromise<A>(fiber: FiberCore, begun: Promise<A>, ending: Ending<A>): Promise<A> {
  const call = new OwnedCall(begun, ending);
  call.own(fiber);
  Object.defineProperty(call.promise, Symbol.iterator, {
    configurable: true,
    writable: true,
    enumerable: false,
    value: () => new HostWait(call)[Symbol.iterator](),
  });
  // Where `until(promise)` is struck, it ends the call, too.
  Object.defineProperty(call.promise, CANCEL, { value: (reason: unknown) => call.cancel(reason) });
  return call.promise;
}

/** A promise of ours has this method, which `until` calls when nobody waits any more. */
export const CANCEL = "~fibril/cancel";

class OwnedCall<A> implements HostCall<A>, Belonging {
  readonly promise: Promise<A>;
  readonly #ending: Ending<A>;
  #release: () => void = () => {};
  #over = false;
  #dropped = false;

  constructor(begun: Promise<A>, ending: Ending<A>) {
    this.#ending = ending;
    this.promise = begun.then(
      (value) => {
        this.#settle();
        if (this.#dropped) ending.discard?.(value);
        return value;
      },
      (error) => {
        this.#settle();
        throw error;
      },
    );
  }

  own(fiber: FiberCore): void {
    this.#release = keep(fiber, this);
  }

  describe(): string {
    return this.#ending.label;
  }

  abandon(reason: unknown): void {
    this.cancel(reason);
  }

  cancel(reason: unknown): void {
    if (this.#over || this.#dropped) return;
    this.#dropped = true;
    this.#release();
    // Nobody waits for its rejection any more.
    this.promise.catch(() => {});
    this.#ending.abort?.(reason);
  }

  #settle(): void {
    this.#over = true;
    this.#release();
  }
}
