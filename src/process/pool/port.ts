import type { Packet } from "./wire.ts";

/** One end of what connects a pool with a worker: packets arrive whole and in order. */
export interface Port {
  send(packet: Packet): void;
}

/** A packet on the channel of `fork`, which carries JSON. */
export interface PacketMessage {
  readonly type: "packet";
  readonly text: string;
  /** In base 64. */
  readonly bytes: readonly string[];
}

/** Questions go the same way. */
export function isPacket({ type }: { readonly type: unknown }): boolean {
  return type === "packet";
}

export function toMessage({ text, bytes }: Packet): PacketMessage {
  return { type: "packet", text, bytes: bytes.map(base64) };
}

export function fromMessage({ text, bytes }: PacketMessage): Packet {
  return { text, bytes: bytes.map((each) => Buffer.from(each, "base64")) };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}
