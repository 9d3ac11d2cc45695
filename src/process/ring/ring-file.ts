import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import { fault } from "../fault.ts";
import { ifLost } from "../in-flight.ts";
import { Door } from "../shm/door.ts";
import { libc } from "../shm/libc.ts";
import {
  dropFile,
  type FilePart,
  ID_BYTES,
  isStamped,
  type MemoryFile,
  makeFile,
  mapFile,
  reserveFile,
  stamp,
  withoutName,
} from "../shm/memory-file.ts";
import { START } from "../shm/segment.ts";
import { SharedMemoryFull, SharedMemoryGone } from "../shm/shared-memory-errors.ts";

/** How another process finds a ring's memory: plain data, to be sent to it. */
export interface RingAddress {
  /** By any of which it can be opened, while the process lives that has it open by that path. */
  readonly paths: readonly string[];
  readonly id: string;
}

/** The address in what goes to another process, which is to say by the ticket that it has arrived. */
export interface SentRing extends RingAddress {
  readonly ticket: number;
}

const PAGE = 4096;
/** Of the file at first, the page with the table of the blocks included: as much as a pipe of the system. */
const FIRST_BYTES = 1 << 16;
/** A block is as large as all before it, so that there are few; up to this, so that there are not too large ones. */
const LARGEST_BYTES = 1 << 24;

/** Words of the first page. */
const BLOCKS = START / 4;
const PAGES = BLOCKS + 1;
const TABLE = BLOCKS + 16;
/** Words of a block's entry. */
const FROM = 0;
const SIZE = 1;
const NEXT = 2;
const ENTRY_WORDS = 3;
const MOST_BLOCKS: number = Math.floor((PAGE / 4 - TABLE) / ENTRY_WORDS);

/** A piece of the ring's memory, as bytes and as words. */
export interface Block {
  readonly bytes: Buffer;
  readonly words: Int32Array;
  readonly size: number;
}

/**
 * The memory of a ring: blocks that follow each other in a circle, into which more
 * can be put. Every process that has it keeps the file open: each can make it larger,
 * and what is in it outlives whoever wrote it. It is gone when nobody has it any more.
 */
export class RingFile {
  readonly #door: Door;
  readonly #id: string;
  readonly #otherPaths: readonly string[];
  readonly #words: Int32Array;
  /** Those that this process has mapped so far. */
  readonly #blocks: (Block | undefined)[] = [];

  /** @throws SharedMemoryUnavailable, SharedMemoryFull */
  static create(): RingFile {
    const id = randomBytes(ID_BYTES).toString("hex");
    const file = makeFile(id);
    try {
      const part = { from: 0, size: FIRST_BYTES };
      reserveFile(file, part);
      const buffer = mapFile(file.descriptor, part);
      const words = new Int32Array(buffer, 0, PAGE / 4);
      words[PAGES] = FIRST_BYTES / PAGE;
      words[BLOCKS] = 1;
      stamp(buffer, id);
      return new RingFile(file, { paths: [], id }, buffer);
    } catch (error) {
      dropFile(file);
      throw error;
    }
  }

  /** @throws SharedMemoryGone if those have ended by whom it could be found. */
  static attach(address: RingAddress): RingFile {
    for (const path of address.paths) {
      const descriptor = libc().open(path);
      if (descriptor < 0) continue;
      const buffer = knownIn(descriptor, address.id);
      if (buffer !== undefined) return new RingFile(withoutName(descriptor), address, buffer);
      libc().close(descriptor);
    }
    throw new SharedMemoryGone(
      "Cannot open what is shared here: the processes have ended that it came from",
    );
  }

  private constructor(file: MemoryFile, { paths, id }: RingAddress, first: ArrayBuffer) {
    this.#door = new Door(this, file, first);
    this.#id = id;
    this.#otherPaths = paths;
    this.#words = new Int32Array(first, 0, PAGE / 4);
    this.#blocks[0] = blockOf(first, PAGE);
  }

  /** How others find it: by this process, or by the one before. */
  get address(): RingAddress {
    return { paths: [this.#door.file.path, ...this.#otherPaths.slice(0, 1)], id: this.#id };
  }

  /** It is sent to another process, which finds it by its address. */
  send(): SentRing {
    const ticket = this.#door.send();
    ifLost(() => this.arrived(ticket));
    return { ...this.address, ticket };
  }

  /** It has come there; or it is lost, and never will. */
  arrived(ticket: number): void {
    this.#door.arrived(ticket);
  }

  /** All its bytes. */
  get size(): number {
    return (this.#words[PAGES] as number) * PAGE;
  }

  block(index: number): Block {
    return this.#blocks[index] ?? this.#map(index);
  }

  /** The block behind another one: the last one is before the first. */
  next(index: number): number {
    return this.#words[entryOf(index) + NEXT] as number;
  }

  /**
   * Puts a block with room for `bytes` behind another one. Whoever is killed in it has
   * done it, or has not: nobody comes to a block before what is in it was committed.
   *
   * @throws SharedMemoryFull
   */
  grow(behind: number, bytes: number): number {
    const words = this.#words;
    const index = words[BLOCKS] as number;
    const usual = Math.min(this.size, LARGEST_BYTES);
    const size = Math.ceil(Math.max(bytes, usual) / PAGE) * PAGE;
    if (index === MOST_BLOCKS) throw new SharedMemoryFull(size, "no queue can hold more");
    const part = { from: this.size, size };
    reserveFile(this.#door.file, part);
    this.#blocks[index] = blockOf(mapFile(this.#door.file.descriptor, part), 0);
    const entry = entryOf(index);
    words[entry + FROM] = part.from / PAGE;
    words[entry + SIZE] = size / PAGE;
    words[entry + NEXT] = this.next(behind);
    Atomics.store(words, PAGES, (part.from + size) / PAGE);
    Atomics.store(words, BLOCKS, index + 1);
    fault?.("flow.grown");
    Atomics.store(words, entryOf(behind) + NEXT, index);
    return index;
  }

  #map(index: number): Block {
    const entry = entryOf(index);
    const part: FilePart = {
      from: (this.#words[entry + FROM] as number) * PAGE,
      size: (this.#words[entry + SIZE] as number) * PAGE,
    };
    const block = blockOf(mapFile(this.#door.file.descriptor, part), 0);
    this.#blocks[index] = block;
    return block;
  }
}

function blockOf(buffer: ArrayBuffer, from: number): Block {
  return {
    bytes: Buffer.from(buffer, from),
    words: new Int32Array(buffer, from),
    size: buffer.byteLength - from,
  };
}

function knownIn(descriptor: number, id: string): ArrayBuffer | undefined {
  if (libc().sizeOf(descriptor) < FIRST_BYTES) return undefined;
  const buffer = mapFile(descriptor, { from: 0, size: FIRST_BYTES });
  return isStamped(buffer, id) ? buffer : undefined;
}

function entryOf(index: number): number {
  return TABLE + index * ENTRY_WORDS;
}
