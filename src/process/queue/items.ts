import { BYTES } from "../codec/codec.ts";
import { requireModules, runsCode, unwrap } from "../codec/parcel.ts";
import type { Found } from "../ring/ring.ts";
import "../own-errors.ts";

/** Larger ones are copied before they are read, bytes aside: others must not wait for that. */
const LARGE = 1 << 14;

/** An item whose value is made when nobody else waits for it. */
class Unopened {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/**
 * The item in the memory of a ring, or what it is to be made of by `opened`. Throws
 * ModulesMissing before anything is done.
 */
export function readItem({ bytes, start, end }: Found): unknown {
  const parcel = bytes.subarray(start, end);
  const isQuick = end - start <= LARGE || parcel[0] === BYTES;
  if (isQuick && !runsCode(parcel)) return unwrap(parcel);
  requireModules(parcel);
  return new Unopened(new Uint8Array(parcel));
}

export function opened(item: unknown): unknown {
  return item instanceof Unopened ? unwrap(item.bytes) : item;
}
