import { show } from "../fiber/body.ts";
import type { Unawaited } from "../fiber/iwait.ts";
import type { Wait } from "../fiber/wait.ts";

/** How `imap` and `imapUnordered` go ahead of their reader. */
export interface ImapOptions {
  /** At most so many items are begun and not yet read; no bound but the pool's if absent. */
  readonly maxsize?: number | undefined;
}

/**
 * Results as they come: `for await` it, or `yield* it.next()` in a fiber. A task
 * that failed throws at its place. That ends a `for await`, but not the iteration:
 * `next` goes on with the one behind it.
 */
export interface Results<A, E = unknown> extends AsyncIterable<Unawaited<A>> {
  next(): Wait<IteratorResult<A, undefined>, E>;
  /** Begins no more and closes the sources; what has begun runs on. */
  return(): Wait<IteratorResult<A, undefined>, unknown>;
  [Symbol.dispose](): void;
}

/** @throws TypeError or RangeError at the call. */
export function checkedMaxsize(options: ImapOptions | undefined): number {
  const maxsize: unknown = options?.maxsize ?? Number.POSITIVE_INFINITY;
  if (typeof maxsize !== "number") {
    throw new TypeError(`Cannot imap with a maxsize of ${show(maxsize)}: pass a number`);
  }
  if (maxsize >= 1 && (Number.isInteger(maxsize) || maxsize === Number.POSITIVE_INFINITY))
    return maxsize;
  throw new RangeError(`Cannot imap with a maxsize of ${maxsize}: pass an integer >= 1`);
}
