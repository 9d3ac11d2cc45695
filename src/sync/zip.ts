import { isThenable } from "../fiber/body.ts";
import { close, type Items, itemsOf, type Source } from "../fiber/items.ts";
import { runInline } from "../fiber/run-inline.ts";
import type { Yieldable } from "../fiber/wait.ts";

/** `imap(fn, a, b, { maxsize: 2 })`: what comes last and is nothing to go through are options. */
export function splitOptions<O>(rest: unknown[]): { sources: unknown[]; options: O | undefined } {
  const last = rest.at(-1);
  const isSource =
    typeof last !== "object" ||
    last === null ||
    Symbol.iterator in last ||
    Symbol.asyncIterator in last;
  return isSource
    ? { sources: rest, options: undefined }
    : { sources: rest.slice(0, -1), options: last as O };
}

type Step = IteratorResult<unknown, unknown>;

/** Goes through several sources side by side, as Python's `zip`: the shortest ends it. */
export class Zip {
  readonly #openers: (() => Items<unknown>)[];
  /** Those that have not ended; none before the first step. */
  #open: Items<unknown>[] | undefined;

  /** @throws TypeError for what can't be gone through, and for no source at all. */
  constructor(sources: readonly unknown[]) {
    if (sources.length === 0) {
      throw new TypeError("Cannot map over nothing: pass an iterable or an async iterable");
    }
    this.#openers = sources.map((source) => itemsOf(source as Source<unknown>));
  }

  /** One item of each source; `undefined` at the end. */
  *next(): Generator<Yieldable, unknown[] | undefined, never> {
    const open = (this.#open ??= this.#openers.map((each) => each()));
    const row: unknown[] = [];
    for (const items of open) {
      const made = items.next();
      const step = isThenable(made) ? ((yield* runInline(made)) as Step) : made;
      if (step.done === true) {
        this.#open = open.filter((each) => each !== items);
        return undefined;
      }
      row.push(step.value);
    }
    return row;
  }

  get isOpen(): boolean {
    return this.#open !== undefined && this.#open.length > 0;
  }

  /** Closes those sources that have not ended. */
  *close(): Generator<Yieldable, void, never> {
    const open = this.#open ?? [];
    this.#open = [];
    for (const items of open) yield* close(items);
  }
}
