import { randomBytes } from "node:crypto";
import { openSync, statfsSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { show } from "../../fiber/body.ts";
import { host } from "../../internal/host.ts";
import { libc } from "./libc.ts";
import {
  SharedMemoryFull,
  SharedMemoryGone,
  SharedMemoryUnavailable,
} from "./shared-memory-errors.ts";
import { memoryFolder, platform } from "./system.ts";

/** How another process finds a segment: plain data, to be sent to it. */
export interface SegmentAddress {
  readonly path: string;
  /** All bytes, those before `START` included. */
  readonly size: number;
  /** Whose it is: a path may come to mean another file. */
  readonly id: string;
}

/** Where the bytes of its user begin: before them is what tells it from others. */
export const START = 64;

const MAGIC = 0x46_49_42_31;
const ID_WORDS = 4;
const PAGE = 4096;

/**
 * Owns memory that processes share: `buffer` is the memory itself, so that Atomics
 * on it hold between processes.
 *
 * On Linux it has no name from the start: others open it by the descriptor of the
 * process that made it, as long as that one lives and keeps it open; nothing is
 * left behind however a process ends. Elsewhere it has a name until `seal`.
 *
 * The memory is let go in each process once nothing refers to the buffer there.
 * Never transfer the buffer (`structuredClone`, `postMessage`): what comes out of
 * that does not keep the memory.
 */
export class Segment {
  readonly buffer: ArrayBuffer;
  readonly address: SegmentAddress;
  /** Where this process made it and others may still come. */
  #file: File | undefined;

  private constructor(buffer: ArrayBuffer, address: SegmentAddress, file?: File) {
    this.buffer = buffer;
    this.address = address;
    this.#file = file;
  }

  /**
   * Makes one that has room for `size` bytes, all of them zero. Its room is taken
   * now, not when it is first written: a process that runs out of it then is killed.
   *
   * @throws SharedMemoryUnavailable where there is no shared memory, SharedMemoryFull where it is too little.
   */
  static create(size: number): Segment {
    checkSize(size);
    const whole = Math.ceil((START + size) / PAGE) * PAGE;
    const id = randomBytes(ID_WORDS * 4);
    const file = make(id.toString("hex"));
    try {
      reserve(file.descriptor, whole, size);
      const buffer = map(file.descriptor, whole, size);
      const words = new Int32Array(buffer, 0, 1 + ID_WORDS);
      for (let i = 0; i < ID_WORDS; i++) words[1 + i] = id.readInt32LE(4 * i);
      Atomics.store(words, 0, MAGIC);
      return new Segment(buffer, { path: file.path, size: whole, id: id.toString("hex") }, file);
    } catch (error) {
      drop(file);
      throw error;
    }
  }

  /**
   * The same memory in another process.
   *
   * @throws SharedMemoryGone if the process that made it has ended or sealed it.
   */
  static attach(address: SegmentAddress): Segment {
    const system = libc();
    const descriptor = system.open(address.path);
    if (descriptor < 0) throw gone(address, "it cannot be opened");
    try {
      return new Segment(mapKnown(descriptor, address), address);
    } finally {
      system.close(descriptor);
    }
  }

  /** From now on nobody else can attach it; those who have keep it. Sealing twice is nothing. */
  seal(): void {
    const file = this.#file;
    this.#file = undefined;
    if (file !== undefined) drop(file);
  }

  [Symbol.dispose](): void {
    this.seal();
  }
}

let refusal: SharedMemoryUnavailable | undefined;
let wasTried = false;

/** Why this process cannot share memory, found by trying once; undefined if it can. */
export function sharedMemoryRefusal(): SharedMemoryUnavailable | undefined {
  if (wasTried) return refusal;
  wasTried = true;
  try {
    const segment = Segment.create(PAGE);
    segment.seal();
  } catch (error) {
    refusal =
      error instanceof SharedMemoryUnavailable
        ? error
        : new SharedMemoryUnavailable((error as Error).message, { cause: error });
  }
  return refusal;
}

function checkSize(size: unknown): void {
  if (typeof size !== "number") {
    throw new TypeError(`Cannot share ${show(size)} bytes of memory: pass a number`);
  }
  if (Number.isSafeInteger(size) && size > 0) return;
  throw new RangeError(`Cannot share ${size} bytes of memory: pass an integer > 0`);
}

/** An open file. */
interface File {
  readonly descriptor: number;
  /** By what others open it. */
  readonly path: string;
  readonly hasName: boolean;
}

function make(id: string): File {
  const unnamed = libc().openUnnamed(memoryFolder());
  if (unnamed >= 0) return withoutName(unnamed);
  const path = join(memoryFolder(), `fibril-${id}`);
  const descriptor = openNew(path);
  if (!platform().hasProc) return { descriptor, path, hasName: true };
  unlinkSync(path);
  return withoutName(descriptor);
}

function withoutName(descriptor: number): File {
  return { descriptor, path: `/proc/${host.process.pid}/fd/${descriptor}`, hasName: false };
}

function openNew(path: string): number {
  try {
    return openSync(path, "wx+", 0o600);
  } catch (error) {
    const { message } = error as Error;
    throw new SharedMemoryUnavailable(`no file can be made (${message})`, { cause: error });
  }
}

function drop({ descriptor, path, hasName }: File): void {
  libc().close(descriptor);
  if (hasName) unlinkSync(path);
}

/** Takes room for all of it: what is written to memory without room ends the process. */
function reserve(descriptor: number, whole: number, size: number): void {
  if (!platform().canReserve) return writeZeros(descriptor, whole, size);
  if (libc().reserve(descriptor, whole) !== 0) throw new SharedMemoryFull(size, roomLeft());
}

/** A chunk is small enough to be made, and large enough for the disk. */
const CHUNK = 1 << 20;

function writeZeros(descriptor: number, whole: number, size: number): void {
  const zeros = new Uint8Array(CHUNK);
  try {
    for (let at = 0; at < whole; )
      at += writeSync(descriptor, zeros, 0, Math.min(CHUNK, whole - at), at);
  } catch (error) {
    throw new SharedMemoryFull(size, roomLeft(), { cause: error });
  }
}

function map(descriptor: number, whole: number, size: number): ArrayBuffer {
  let buffer: ArrayBuffer | undefined;
  let cause: unknown;
  try {
    buffer = libc().map(descriptor, whole);
  } catch (error) {
    cause = error;
  }
  if (buffer !== undefined) return buffer;
  throw new SharedMemoryFull(size, "the system gives no addresses for it", { cause });
}

function mapKnown(descriptor: number, address: SegmentAddress): ArrayBuffer {
  const { size, id } = address;
  if (libc().sizeOf(descriptor) < size) throw gone(address, "there is another file now");
  const buffer = map(descriptor, size, size);
  const words = new Int32Array(buffer, 0, 1 + ID_WORDS);
  const found = Buffer.from(buffer, 4, 4 * ID_WORDS).toString("hex");
  if (Atomics.load(words, 0) === MAGIC && found === id) return buffer;
  throw gone(address, "there is another file now");
}

function gone({ path }: SegmentAddress, found: string): SharedMemoryGone {
  return new SharedMemoryGone(
    `Cannot attach the shared memory "${path}": ${found}; the process that made it has ended or sealed it`,
  );
}

function roomLeft(): string {
  const folder = memoryFolder();
  try {
    const { bavail, bsize } = statfsSync(folder);
    return `"${folder}" has ${bavail * bsize} left; ask for less, or give it more room (Docker: --shm-size)`;
  } catch {
    return `"${folder}" is full`;
  }
}
