import type { Writable } from "node:stream";
import { show } from "../fiber/body.ts";
import type { FiberCore } from "../fiber/core.ts";
import { ready, type Step } from "../fiber/fiber-state.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import { Op, type Wait } from "../fiber/wait.ts";
import { WaiterList, WaiterNode } from "../internal/waiters.ts";
import type { Park } from "../scheduler/park.ts";
import { BrokenPipeError } from "./os-errors.ts";

/**
 * The end of a pipe that a child reads from: its `stdin`. What is written goes
 * out in order; close it, or a child that reads to the end never gets there.
 *
 * gevent: `gevent.fileobject.FileObject`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { PIPE, Popen } from "fibril/subprocess";
 *
 * spawn(function* () {
 *   const child = new Popen(["cat"], { stdin: PIPE, stdout: PIPE, text: true });
 *   yield* child.stdin.write("hello\n");
 *   console.log((yield* child.stdout.readLine()).trim()); // -> hello
 *   child.stdin.close();
 *   yield* child.wait();
 * });
 * ```
 */
export class PipeWriter {
  readonly #stream: Writable;
  readonly #waiting: WaiterList<WritePark> = new WaiterList();
  readonly #watchers: Set<() => void> = new Set();

  /** @internal Made by Popen. */
  constructor(stream: Writable) {
    this.#stream = stream;
    const wake = () => this.#release(({ fiber }) => fiber.wake(undefined));
    stream.on("drain", wake);
    // Once it is closed there is no more "drain".
    stream.on("finish", wake);
    // The error itself tells no more than that the child closed the pipe or ended.
    stream.on("error", () => this.#break());
    stream.on("close", () => this.#break());
  }

  /**
   * Hands `data` over in whole, and waits while more is on its way than the pipe
   * takes. A kill or a timeout at that wait takes nothing back. Throws
   * BrokenPipeError if the child reads no more.
   */
  write(data: string | Uint8Array, options?: WaitOptions): Wait<void> {
    checkOptions(options, "write");
    checkData(data);
    const op = new Write(this, data);
    return isLimited(options) ? limited(op, options) : op;
  }

  /** The end of what is written; what was written before still goes out. */
  close(): void {
    if (!this.closed) this.#stream.end();
  }

  get closed(): boolean {
    return this.#stream.destroyed || this.#stream.writableEnded;
  }

  /** Whether a small `write` would not have to wait, or would throw. */
  get writable(): boolean {
    return this.closed || !this.#stream.writableNeedDrain;
  }

  /** @internal Calls `watcher` whenever `writable` may have changed; gives the way back. */
  watch(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** @internal Writes it without waiting; nothing happens if nobody reads. */
  send(data: string | Uint8Array): void {
    checkData(data);
    if (!this.closed) this.#stream.write(data);
  }

  /** @internal Gives it to the pipe: whether there is room for more. */
  push(data: string | Uint8Array): boolean {
    if (this.closed) throw broken();
    // A copy: the caller may write to its own at once.
    return this.#stream.write(typeof data === "string" ? data : Buffer.from(data));
  }

  /** @internal Waits for room. */
  enlist(fiber: FiberCore): Park {
    const park = new WritePark(fiber);
    this.#waiting.push(park);
    return park;
  }

  #break(): void {
    this.#release(({ fiber }) => fiber.wakeThrowing(broken()));
  }

  #release(how: (park: WritePark) => void): void {
    for (let each = this.#waiting.shift(); each; each = this.#waiting.shift()) how(each);
    for (const watcher of [...this.#watchers]) watcher();
  }
}

class Write extends Op<void> {
  readonly #pipe: PipeWriter;
  readonly #data: string | Uint8Array;

  constructor(pipe: PipeWriter, data: string | Uint8Array) {
    super();
    this.#pipe = pipe;
    this.#data = data;
  }

  begin(fiber: FiberCore): Step {
    if (this.#pipe.push(this.#data)) return ready(undefined);
    return fiber.parkOn(this.#pipe.enlist(fiber));
  }
}

/** Who waits for room. */
class WritePark extends WaiterNode implements Park {
  readonly fiber: FiberCore;

  constructor(fiber: FiberCore) {
    super();
    this.fiber = fiber;
  }

  cancel(): boolean {
    this.list?.remove(this);
    return true;
  }

  describe(): string {
    return "pipe.write";
  }
}

function checkData(data: unknown): void {
  if (typeof data === "string" || data instanceof Uint8Array) return;
  throw new TypeError(`Cannot write ${show(data)}: pass a string or a Uint8Array`);
}

const broken = () =>
  new BrokenPipeError("Cannot write to the pipe: the child closed it, or has ended");
