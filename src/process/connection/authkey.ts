import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { show } from "../../fiber/body.ts";

export const NONCE_BYTES = 32;
export const DIGEST_BYTES = 32;

/** Who proves that it has the key: a digest of one side is no answer of the other. */
type Prover = "client" | "listener";

/** Throws at the call for what is no key; no key at all asks for none. */
export function checkAuthkey(key: unknown, what: string): Uint8Array | undefined {
  if (key === undefined || key instanceof Uint8Array) return key && new Uint8Array(key);
  throw new TypeError(
    `Cannot ${what} with the authkey ${show(key)}: it should be bytes, such as new TextEncoder().encode("secret")`,
  );
}

export function makeNonce(): Buffer {
  return randomBytes(NONCE_BYTES);
}

/** Over both nonces: an answer of another time is of no use. */
export function digest(
  key: Uint8Array,
  prover: Prover,
  ofClient: Uint8Array,
  ofListener: Uint8Array,
): Buffer {
  return createHmac("sha256", key)
    .update(`fibril/connection ${prover}\n`)
    .update(ofClient)
    .update(ofListener)
    .digest();
}

export function isSame(given: Uint8Array, right: Uint8Array): boolean {
  return given.length === right.length && timingSafeEqual(given, right);
}
