import { type Bytes, NO_BYTES, plain } from "./bytes.ts";

const NEWLINE = 10;

/** Owns the bytes that have arrived and were not given away yet, in the chunks in which they came. */
export class ByteQueue {
  #chunks: Uint8Array[] = [];
  #size = 0;
  /** So many chunks at the front were searched for a line's end in vain. */
  #searched = 0;

  get size(): number {
    return this.#size;
  }

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  /** Of the first chunk as much as `limit` allows, as a view. */
  take(limit: number): Bytes {
    const [chunk] = this.#chunks;
    if (chunk === undefined) return NO_BYTES;
    if (chunk.length <= limit) {
      this.#dropFirst(1);
      return plain(chunk);
    }
    this.#chunks[0] = chunk.subarray(limit);
    this.#size -= limit;
    return plain(chunk.subarray(0, limit));
  }

  /** Exactly `length` bytes, of which there must be so many. */
  takeExactly(length: number): Bytes {
    const first = this.#chunks[0];
    if (first === undefined || first.length >= length) return this.take(length);
    const whole = new Uint8Array(length);
    for (let at = 0; at < length; ) {
      const part = this.take(length - at);
      whole.set(part, at);
      at += part.length;
    }
    return whole;
  }

  /** How long the first line is, with its end; `undefined` if that has not come. */
  lineLength(): number | undefined {
    let before = 0;
    for (const [index, chunk] of this.#chunks.entries()) {
      const at = index < this.#searched ? -1 : chunk.indexOf(NEWLINE);
      if (at >= 0) return before + at + 1;
      before += chunk.length;
    }
    this.#searched = this.#chunks.length;
    return undefined;
  }

  clear(): void {
    this.#dropFirst(this.#chunks.length);
  }

  #dropFirst(count: number): void {
    for (const chunk of this.#chunks.splice(0, count)) this.#size -= chunk.length;
    this.#searched = Math.max(0, this.#searched - count);
  }
}
