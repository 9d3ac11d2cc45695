import type { Readable } from "node:stream";
import { show } from "../fiber/body.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import type { Wait } from "../fiber/wait.ts";
import { type Data, part } from "./data-queue.ts";
import { Inbox, Receive } from "./inbox.ts";

/**
 * The end of a pipe that a child writes to: its `stdout` or `stderr`. Gives text
 * or bytes, as the child's options say; at the end of it what there is, and then
 * nothing: `""` or no bytes. Who reads first is served first, and a read that is
 * killed or timed out has taken nothing.
 *
 * Iterate over its lines, which come without their ends, with `for await`; in a
 * fiber with `forEach` or `next`.
 *
 * gevent: `gevent.fileobject.FileObject`.
 *
 * @example
 * ```ts
 * import { forEach, spawn } from "fibril";
 * import { PIPE, Popen } from "fibril/subprocess";
 *
 * spawn(function* () {
 *   const child = new Popen(["printf", "one\\ntwo\\n"], { stdout: PIPE, text: true });
 *   yield* forEach(child.stdout, (line) => console.log(line));
 *   // -> one
 *   // -> two
 *   yield* child.wait();
 * });
 * ```
 */
export class PipeReader<T extends Data> implements AsyncIterable<T> {
  readonly #stream: Readable;
  readonly #inbox: Inbox<T>;
  readonly #next: Wait<IteratorResult<T, undefined>>;

  /** @internal Made by Popen. `empty` is what its data begin with: `""` or no bytes. */
  constructor(stream: Readable, empty: T) {
    this.#stream = stream;
    const inbox = new Inbox<T>(stream, empty);
    this.#inbox = inbox;
    stream.on("data", (chunk: T) => inbox.push(chunk));
    // After a crash of the child there may be an error, and after `close` no end.
    stream.on("error", () => inbox.end());
    stream.on("close", () => inbox.end());
    stream.on("end", () => inbox.end());
    this.#next = new Receive(inbox, "pipe.next", nextLine) as Wait<IteratorResult<T, undefined>>;
  }

  /** What there is, at most `count` bytes or characters; waits while there is nothing. */
  recv(count: number = Number.POSITIVE_INFINITY, options?: WaitOptions): Wait<T> {
    checkCount(count, "recv");
    return this.#receive("recv", options, ({ ready, queue }) =>
      ready ? queue.take(count) : undefined,
    );
  }

  /** Exactly `count` bytes or characters, fewer only at the end; all up to the end without a count. */
  read(count: number = Number.POSITIVE_INFINITY, options?: WaitOptions): Wait<T> {
    checkCount(count, "read");
    return this.#receive("read", options, ({ ended, queue }) =>
      queue.size >= count || ended ? queue.take(count) : undefined,
    );
  }

  /** All up to the end. */
  readAll(options?: WaitOptions): Wait<T> {
    return this.read(Number.POSITIVE_INFINITY, options);
  }

  /** One line with its `\n`, which only the last may lack. */
  readLine(options?: WaitOptions): Wait<T> {
    return this.#receive("readLine", options, takeLine);
  }

  /** One line without its end, as an iterator's step. */
  next(): Wait<IteratorResult<T, undefined>> {
    return this.#next;
  }

  /** Reads no more: a child that goes on writing gets SIGPIPE, who waits here gets the end. */
  close(): void {
    this.#stream.destroy();
    this.#inbox.end();
  }

  get closed(): boolean {
    return this.#stream.destroyed;
  }

  /** Whether `recv` would not have to wait: there is data, or the end. */
  get readable(): boolean {
    return this.#inbox.ready;
  }

  /** @internal Calls `watcher` whenever `readable` may have changed; gives the way back. */
  watch(watcher: () => void): () => void {
    return this.#inbox.watch(watcher);
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return { next: () => this.#next as unknown as Promise<IteratorResult<T>> };
  }

  /** @internal Waits for the end and takes nothing. */
  ended(): Wait<true> {
    return new Receive(this.#inbox, "pipe.end", (inbox) => (inbox.ended ? true : undefined));
  }

  /** @internal Takes what has come. */
  takeAll(): T {
    return this.#inbox.queue.take(Number.POSITIVE_INFINITY);
  }

  /** @internal What has come and was not read, without taking it. */
  peek(): T {
    return this.#inbox.queue.peek();
  }

  /** @internal Takes in without bound while somebody waits for the child's end: see `Inbox.lift`. */
  lift(by: 1 | -1): void {
    this.#inbox.lift(by);
  }

  #receive(
    what: string,
    options: WaitOptions | undefined,
    wish: (inbox: Inbox<T>) => T | undefined,
  ): Wait<T> {
    checkOptions(options, what);
    const op = new Receive(this.#inbox, `pipe.${what}`, wish);
    return isLimited(options) ? limited(op, options) : op;
  }
}

function takeLine<T extends Data>({ ended, queue }: Inbox<T>): T | undefined {
  const length = queue.lineLength() ?? (ended ? queue.size : undefined);
  return length === undefined ? undefined : queue.take(length);
}

function nextLine<T extends Data>(inbox: Inbox<T>): IteratorResult<T, undefined> | undefined {
  const line = takeLine(inbox);
  if (line === undefined) return undefined;
  if (line.length === 0) return { done: true, value: undefined };
  return { done: false, value: withoutEnd(line) };
}

const NEWLINE = 10;
const RETURN = 13;

function withoutEnd<T extends Data>(line: T): T {
  let length = line.length;
  if (codeAt(line, length - 1) === NEWLINE) length--;
  if (length < line.length && codeAt(line, length - 1) === RETURN) length--;
  return part(line, 0, length);
}

function codeAt(line: Data, at: number): number | undefined {
  return typeof line === "string" ? line.charCodeAt(at) : line[at];
}

function checkCount(count: unknown, caller: string): void {
  if (typeof count !== "number") {
    throw new TypeError(`Cannot ${caller} ${show(count)}: pass a number of bytes or characters`);
  }
  if (count >= 0 && (Number.isInteger(count) || count === Number.POSITIVE_INFINITY)) return;
  throw new RangeError(`Cannot ${caller} ${count} bytes or characters: pass an integer >= 0`);
}
