import { Buffer } from "node:buffer";

/** Its length, in front of every message. */
const HEAD = 4;

/** 2 GiB: what Node's own serialiser can write at most. */
export const LONGEST: number = 2 ** 31 - 1;

export function frameOf(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEAD + message.length);
  frame.writeUInt32LE(message.length, 0);
  frame.set(message, HEAD);
  return frame;
}

/** All of them in one buffer. */
export function framesOf(messages: readonly Uint8Array[]): Buffer {
  const size = messages.reduce((sum, { length }) => sum + HEAD + length, 0);
  const frames = Buffer.allocUnsafe(size);
  let at = 0;
  for (const message of messages) {
    at = frames.writeUInt32LE(message.length, at);
    frames.set(message, at);
    at += message.length;
  }
  return frames;
}

/** Owns what has come of a stream of frames, and cuts the messages out of it. */
export class Frames {
  #chunks: Buffer[] = [];
  #size = 0;
  /** Of the first message, with its head; undefined: not known yet. */
  #wanted: number | undefined;

  /** In bytes, heads included. */
  get size(): number {
    return this.#size;
  }

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  /** How long the first message is, as its head says. */
  get length(): number | undefined {
    if (this.#wanted === undefined && this.#size >= HEAD) {
      this.#wanted = HEAD + this.#joined(HEAD).readUInt32LE(0);
    }
    return this.#wanted === undefined ? undefined : this.#wanted - HEAD;
  }

  /** Whether the first message is here. */
  get isWhole(): boolean {
    const { length } = this;
    return length !== undefined && this.#size >= HEAD + length;
  }

  /** The first message, which must be whole, as a view of what came. */
  take(): Buffer {
    const end = this.#wanted as number;
    const chunk = this.#joined(end);
    if (chunk.length === end) this.#chunks.shift();
    else this.#chunks[0] = chunk.subarray(end);
    this.#size -= end;
    this.#wanted = undefined;
    return chunk.subarray(HEAD, end);
  }

  /** All that has come and was not taken, as it came. */
  takeAll(): Buffer {
    const all = Buffer.concat(this.#chunks);
    this.clear();
    return all;
  }

  clear(): void {
    this.#chunks = [];
    this.#size = 0;
    this.#wanted = undefined;
  }

  /** The first chunk, made so long that `size` bytes are in it. */
  #joined(size: number): Buffer {
    const first = this.#chunks[0] as Buffer;
    if (first.length >= size) return first;
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }
}
