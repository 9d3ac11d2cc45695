import { Buffer } from "node:buffer";
import type { Packet } from "./wire.ts";

/** The first byte: nothing but text, or the length of the text, and bytes behind it. */
const TEXT = 0;
const MIXED = 1;
const LENGTH = 4;

/** Reused for what is no larger; larger ones are rare. */
const scratch: Buffer = /* @__PURE__ */ Buffer.allocUnsafeSlow(1 << 16);

/** Valid until the next call. */
export function toBytes({ text, bytes }: Packet): Uint8Array {
  // Three bytes is the most that one unit of a string takes.
  const most = bytes.reduce(
    (sum, each) => sum + LENGTH + each.byteLength,
    1 + LENGTH + text.length * 3,
  );
  const buffer = most <= scratch.length ? scratch : Buffer.allocUnsafeSlow(most);
  if (bytes.length === 0) {
    buffer[0] = TEXT;
    return buffer.subarray(0, 1 + buffer.write(text, 1, "utf8"));
  }
  buffer[0] = MIXED;
  const length = buffer.write(text, 1 + LENGTH, "utf8");
  buffer.writeUInt32LE(length, 1);
  let at = 1 + LENGTH + length;
  for (const each of bytes) {
    buffer.writeUInt32LE(each.byteLength, at);
    buffer.set(each, at + LENGTH);
    at += LENGTH + each.byteLength;
  }
  return buffer.subarray(0, at);
}

/** A packet of its own: the bytes may be overwritten. */
export function fromBytes(bytes: Buffer, start: number, end: number): Packet {
  if (bytes[start] === TEXT) return { text: bytes.toString("utf8", start + 1, end), bytes: [] };
  const length = bytes.readUInt32LE(start + 1);
  let at = start + 1 + LENGTH + length;
  const text = bytes.toString("utf8", at - length, at);
  const others: Uint8Array[] = [];
  while (at < end) {
    const next = at + LENGTH + bytes.readUInt32LE(at);
    others.push(Buffer.copyBytesFrom(bytes, at + LENGTH, next - at - LENGTH));
    at = next;
  }
  return { text, bytes: others };
}
