import { decode } from "../codec/codec.ts";
import type { Data } from "./wire.ts";

/** The value of what stands in a message. */
export function unpack(data: Data, bytes: readonly Uint8Array[]): unknown {
  if (typeof data === "number") return decode(bytes[data] as Uint8Array);
  if ("of" in data) return data.of.map((each) => unpack(each, bytes));
  return data[0];
}
