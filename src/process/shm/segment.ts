import { randomBytes } from "node:crypto";
import { show } from "../../fiber/body.ts";
import { fault } from "../fault.ts";
import { ifLost } from "../in-flight.ts";
import type { ViewType } from "./atomics.ts";
import { Door } from "./door.ts";
import { libc } from "./libc.ts";
import {
  dropFile,
  ID_BYTES,
  isStamped,
  type MemoryFile,
  makeFile,
  mapFile,
  reserveFile,
  stamp,
  withoutName,
} from "./memory-file.ts";
import { SharedMemoryGone, SharedMemoryUnavailable } from "./shared-memory-errors.ts";
import { platform } from "./system.ts";

/** How another process finds a segment: plain data, to be sent to it. */
export interface SegmentAddress {
  readonly path: string;
  /** All bytes, those before `START` included. */
  readonly size: number;
  /** Whose it is: a path may come to mean another file. */
  readonly id: string;
}

/** The address in what goes to another process, which is to say by the ticket that it has arrived. */
export interface SentAddress extends SegmentAddress {
  readonly ticket: number;
}

/** Where the bytes of its user begin: before them is what tells it from others. */
export const START = 64;

const PAGE = 4096;

/**
 * Owns memory that processes share: `buffer` is the memory itself, so that Atomics
 * on it hold between processes.
 *
 * On Linux it has no name from the start: others open it by the descriptor of any
 * process that has it, as long as that one lives and keeps it; nothing is left
 * behind however a process ends. Elsewhere it has a name until `seal`.
 *
 * The memory is let go in each process once nothing refers to the buffer there, and
 * the descriptor too, unless others are still to come by the address that it sent.
 * Never transfer the buffer (`structuredClone`, `postMessage`): what comes out of
 * that does not keep the memory.
 */
export class Segment {
  readonly buffer: ArrayBuffer;
  readonly address: SegmentAddress;
  /** Where others may come by this process. */
  readonly #door: Door | undefined;

  private constructor(buffer: ArrayBuffer, address: SegmentAddress, file?: MemoryFile) {
    this.buffer = buffer;
    this.address = address;
    this.#door = file && new Door(this, file, buffer);
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
    const id = randomBytes(ID_BYTES).toString("hex");
    const file = makeFile(id);
    fault?.("memory.made");
    try {
      reserveFile(file, { from: 0, size: whole }, size);
      const buffer = mapFile(file.descriptor, { from: 0, size: whole });
      stamp(buffer, id);
      return new Segment(buffer, { path: file.path, size: whole, id }, file);
    } catch (error) {
      dropFile(file);
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
    let file: MemoryFile | undefined;
    try {
      const buffer = mapKnown(descriptor, address);
      if (!platform().hasProc) return new Segment(buffer, address);
      file = withoutName(descriptor);
      return new Segment(buffer, { ...address, path: file.path }, file);
    } finally {
      if (file === undefined) system.close(descriptor);
    }
  }

  /** Some of it as numbers of a type. */
  view<V extends object>(type: ViewType<V>, offset: number, length: number): V {
    return new type(this.buffer, offset, length);
  }

  /** The address, to be sent to a process that will call `arrived`. */
  send(): SentAddress {
    const ticket = this.#door?.send() ?? 0;
    ifLost(() => this.arrived(ticket));
    return { ...this.address, ticket };
  }

  /** An address that was sent has come here, or is lost. */
  arrived(ticket: number): void {
    this.#door?.arrived(ticket);
  }

  /** From now on nobody else can attach it; those who have keep it. Sealing twice is nothing. */
  seal(): void {
    this.#door?.close();
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

function mapKnown(descriptor: number, address: SegmentAddress): ArrayBuffer {
  const { size, id } = address;
  if (libc().sizeOf(descriptor) < size) throw gone(address, "there is another file now");
  const buffer = mapFile(descriptor, { from: 0, size });
  if (isStamped(buffer, id)) return buffer;
  throw gone(address, "there is another file now");
}

function gone({ path }: SegmentAddress, found: string): SharedMemoryGone {
  return new SharedMemoryGone(
    `Cannot attach the shared memory "${path}": ${found}; the process that made it has ended or sealed it`,
  );
}
