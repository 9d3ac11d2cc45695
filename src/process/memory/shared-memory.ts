import { randomBytes } from "node:crypto";
import { show } from "../../fiber/body.ts";
import { checkOptions } from "../../fiber/limits.ts";
import { opened, shareable } from "../handles.ts";
import { type SentAddress, START } from "../shm/segment.ts";
import { segmentAt } from "./block.ts";
import { alreadyUnlinked, lookUp, type Named, publish, unpublish } from "./names.ts";

/** How a SharedMemory is made. */
export interface SharedMemoryOptions {
  /** By which other processes open it; one of its own if absent, where it is made. */
  readonly name?: string | undefined;
  /** Makes it; without, it is opened. */
  readonly create?: boolean | undefined;
  /** In bytes; needed where it is made, and of no meaning where it is opened. */
  readonly size?: number | undefined;
}

let namedOf: (memory: OpenMemory) => Named;

/** All of a SharedMemory, whether it was made in this process or in another. */
abstract class OpenMemory implements Disposable {
  /** By which others open it. */
  readonly name: string;
  /** In bytes. */
  readonly size: number;
  #named: Named | undefined;
  #buf: Uint8Array<ArrayBuffer> | undefined;

  static {
    namedOf = (memory) => memory.#open();
  }

  constructor(name: string, named: Named) {
    const { segment, size } = named;
    this.name = name;
    this.size = size;
    this.#named = named;
    this.#buf = new Uint8Array(segment.buffer, START, size);
  }

  /** The memory itself: what is written there all processes see, without a copy. @throws TypeError after `close`. */
  get buf(): Uint8Array<ArrayBuffer> {
    this.#open();
    return this.#buf as Uint8Array<ArrayBuffer>;
  }

  /** Lets go of it in this process; others keep it. Closing it twice is nothing. */
  close(): void {
    this.#named = undefined;
    this.#buf = undefined;
  }

  /**
   * Takes its name away, so that nobody opens it any more; who has it keeps it.
   *
   * @throws MemoryNameError if that was done before.
   */
  unlink(): void {
    const { segment } = this.#named ?? lookUp(this.name);
    if (!unpublish(segment)) throw alreadyUnlinked(this.name);
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #open(): Named {
    if (this.#named !== undefined) return this.#named;
    throw new TypeError(`Cannot use the shared memory "${this.name}": it is closed here`);
  }
}

/**
 * Bytes that processes share, also such as know no more than its name. The name
 * lives until `unlink`, or as long as the process that made it: nothing is left
 * behind, however the program ends. Who has the memory keeps it.
 *
 * multiprocessing: `multiprocessing.shared_memory.SharedMemory`.
 *
 * @example
 * ```ts
 * import { Process, SharedMemory } from "fibril/process";
 *
 * export function write(name: string) {
 *   const memory = new SharedMemory({ name });
 *   memory.buf.set([1, 2, 3]);
 *   memory.close();
 * }
 * async function main() {
 *   const memory = new SharedMemory({ create: true, size: 1 << 20 });
 *   const process = new Process({ target: write, args: [memory.name] });
 *   process.start();
 *   await process.join();
 *   console.log(memory.buf.subarray(0, 4).join(" ")); // -> 1 2 3 0
 *   memory.close();
 *   memory.unlink();
 * }
 * if (import.meta.main) void main();
 * ```
 */
export class SharedMemory extends OpenMemory {
  /**
   * @throws MemoryNameError if there is one of that name, or there is none to open; TypeError or
   *   RangeError for bad options.
   */
  constructor(options: SharedMemoryOptions) {
    checkOptions(options, "share memory");
    const { name, create = false, size } = options ?? {};
    checkName(name, create);
    if (create) checkSize(size);
    const known = name ?? `psm_${randomBytes(4).toString("hex")}`;
    super(known, create ? publish(known, size as number) : lookUp(known));
  }
}

interface Packed {
  readonly name: string;
  readonly size: number;
  readonly segment: SentAddress;
}

shareable(
  SharedMemory,
  "SharedMemory",
  import.meta.url,
  (memory: SharedMemory): Packed => {
    const { segment, size } = namedOf(memory);
    return { name: memory.name, size, segment: segment.send() };
  },
  ({ name, size, segment: address }) => {
    const segment = segmentAt(address);
    segment.arrived(address.ticket);
    return opened(SharedMemory, OpenMemory, name, { segment, size });
  },
);

function checkName(name: unknown, create: boolean): void {
  if (name === undefined && !create) {
    throw new TypeError(
      "Cannot open shared memory without a name: pass { name }, or { create: true, size } to make some",
    );
  }
  if (name === undefined || (typeof name === "string" && name !== "")) return;
  throw new TypeError(`Cannot share memory of the name ${show(name)}: pass a string`);
}

function checkSize(size: unknown): void {
  if (size === undefined || typeof size === "number") {
    if (Number.isSafeInteger(size) && (size as number) > 0) return;
    throw new RangeError(
      `Cannot share ${size} bytes of memory: 'size' must be a positive number different from zero`,
    );
  }
  throw new TypeError(`Cannot share ${show(size)} bytes of memory: pass a number`);
}
