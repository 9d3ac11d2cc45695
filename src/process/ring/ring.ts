import type { Buffer } from "node:buffer";
import type { Cursor } from "./cursor.ts";
import type { Block, RingFile } from "./ring-file.ts";

/** Every message has its length before it, begins at a multiple of this, and lies in one block. */
const HEAD = 4;
/** In place of a length: the next message is in the next block. */
const ELSEWHERE = -1;
/** An offset in a block is a word, and a block has room for a little more. */
const MOST_BYTES: number = 0x7fffffff - (1 << 16);

/** A message: `bytes` from `start` to `end`, which may be the ring's own memory. */
export interface Found {
  bytes: Buffer;
  start: number;
  end: number;
}

/** Writes messages into a ring; nobody else writes meanwhile. Nothing is there before `cursor.commit`. */
export class RingWriter {
  readonly cursor: Cursor;
  readonly #file: RingFile;
  /** The other side, as this one sees it. */
  readonly #reader: Cursor;

  constructor(file: RingFile, cursor: Cursor, reader: Cursor) {
    this.#file = file;
    this.cursor = cursor;
    this.#reader = reader;
  }

  /** @throws SharedMemoryFull if it has to grow and can't, RangeError for 2 GiB and more. */
  write(message: Uint8Array): void {
    const { length } = message;
    refuseLong(length);
    const size = sizeOf(length);
    const block = this.#room(size);
    const { cursor } = this;
    block.words[cursor.offset / HEAD] = length;
    block.bytes.set(message, cursor.offset + HEAD);
    cursor.offset += size;
    cursor.bytes = (cursor.bytes + size) | 0;
  }

  /** The block in which so much can be written: this one, one behind it that nobody reads, or a new one. */
  #room(size: number): Block {
    const { cursor } = this;
    let block = this.#file.block(cursor.block);
    if (size <= block.size - cursor.offset) return block;
    this.#reader.load();
    do {
      if (cursor.offset < block.size) block.words[cursor.offset / HEAD] = ELSEWHERE;
      const next = this.#file.next(cursor.block);
      cursor.block = next === this.#reader.block ? this.#file.grow(cursor.block, size) : next;
      cursor.offset = 0;
      block = this.#file.block(cursor.block);
    } while (size > block.size);
    return block;
  }
}

/** Reads messages out of a ring; nobody else reads meanwhile. They stay there until `cursor.commit`. */
export class RingReader {
  readonly cursor: Cursor;
  readonly #file: RingFile;

  constructor(file: RingFile, cursor: Cursor) {
    this.#file = file;
    this.cursor = cursor;
  }

  /** The next message, which must be there, given into `found`: it stays as it is until the commit. */
  read(found: Found): void {
    const { cursor } = this;
    let block = this.#file.block(cursor.block);
    while (cursor.offset === block.size || block.words[cursor.offset / HEAD] === ELSEWHERE) {
      cursor.block = this.#file.next(cursor.block);
      cursor.offset = 0;
      block = this.#file.block(cursor.block);
    }
    const length = block.words[cursor.offset / HEAD] as number;
    found.bytes = block.bytes;
    found.start = cursor.offset + HEAD;
    found.end = found.start + length;
    const size = sizeOf(length);
    cursor.offset += size;
    cursor.bytes = (cursor.bytes + size) | 0;
  }
}

/** @throws RangeError for 2 GiB and more. */
export function refuseLong(bytes: number): void {
  if (bytes <= MOST_BYTES) return;
  throw new RangeError(
    `Cannot send a message of ${bytes} bytes: 2 GiB is the limit; send it in parts`,
  );
}

/** What a message takes, its length included. */
function sizeOf(length: number): number {
  return HEAD + ((length + HEAD - 1) & -HEAD);
}
