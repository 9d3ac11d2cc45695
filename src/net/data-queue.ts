/** What arrives: bytes, or text that was decoded on its way. */
export type Data = string | Buffer;

/** Owns data in the chunks in which they came, until they are taken out. */
export class DataQueue<T extends Data> {
  readonly #empty: T;
  readonly #chunks: T[] = [];
  #size = 0;
  /** Chunks at the front that were searched for a line's end in vain. */
  #searched = 0;

  constructor(empty: T) {
    this.#empty = empty;
  }

  /** In bytes or characters. */
  get size(): number {
    return this.#size;
  }

  push(chunk: T): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  /** All there is, without taking it. */
  peek(): T {
    return this.#join(this.#chunks);
  }

  /** Takes out as much as there is, at most `count` bytes or characters. */
  take(count: number): T {
    this.#searched = 0;
    const taken: T[] = [];
    let left = Math.min(count, this.#size);
    this.#size -= left;
    while (left > 0) {
      const chunk = this.#chunks[0] as T;
      if (chunk.length > left) this.#chunks[0] = part(chunk, left, chunk.length);
      else this.#chunks.shift();
      taken.push(part(chunk, 0, left));
      left -= Math.min(left, chunk.length);
    }
    return this.#join(taken);
  }

  /** How long the first line is, with its end; `undefined`: it has not come yet. */
  lineLength(): number | undefined {
    let before = 0;
    for (const [index, chunk] of this.#chunks.entries()) {
      const at = index < this.#searched ? -1 : chunk.indexOf("\n");
      if (at >= 0) return before + at + 1;
      before += chunk.length;
    }
    this.#searched = this.#chunks.length;
    return undefined;
  }

  #join(chunks: readonly T[]): T {
    if (chunks.length === 1) return chunks[0] as T;
    if (typeof this.#empty === "string") return chunks.join("") as T;
    return Buffer.concat(chunks as readonly Buffer[]) as T;
  }
}

/** A part of a chunk; of bytes a view, no copy. */
export function part<T extends Data>(chunk: T, from: number, to: number): T {
  const cut = typeof chunk === "string" ? chunk.slice(from, to) : chunk.subarray(from, to);
  return cut as T;
}
