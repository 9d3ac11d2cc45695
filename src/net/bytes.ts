import { show } from "../fiber/body.ts";

/** What a socket gives: plain bytes, in an ArrayBuffer of this thread. */
export type Bytes = Uint8Array<ArrayBuffer>;

/** What a socket takes: bytes in whichever view, or text, which goes out as UTF-8. */
export type Sendable = string | ArrayBufferView | ArrayBuffer;

export const NO_BYTES: Bytes = new Uint8Array(0);

/** The bytes to send, not copied. Throws a TypeError for anything else. */
export function bytesOf(data: Sendable, caller: string): Bytes {
  if (typeof data === "string") return plain(Buffer.from(data));
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) return plain(data);
  throw new TypeError(`Cannot ${caller} ${show(data)}: pass a string or a Uint8Array`);
}

/** A Buffer looks like a Uint8Array, but its `slice` is a view and its `toString` is text. */
export function plain(view: ArrayBufferView): Bytes {
  return new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset, view.byteLength);
}
