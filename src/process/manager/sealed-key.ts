import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";

const CIPHER = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A manager's key, so that whoever has the program's own can read it, and nobody else: proxies go anywhere. */
export function seal(key: Uint8Array, authkey: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, wrapper(authkey), nonce);
  const body = Buffer.concat([cipher.update(key), cipher.final()]);
  return new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), body]));
}

/** Undefined in a process of another program. */
export function unseal(sealed: Uint8Array, authkey: Uint8Array): Uint8Array | undefined {
  const bodyAt = NONCE_BYTES + TAG_BYTES;
  const cipher = createDecipheriv(CIPHER, wrapper(authkey), sealed.subarray(0, NONCE_BYTES));
  try {
    cipher.setAuthTag(sealed.subarray(NONCE_BYTES, bodyAt));
    return Buffer.concat([cipher.update(sealed.subarray(bodyAt)), cipher.final()]);
  } catch {
    return undefined;
  }
}

function wrapper(authkey: Uint8Array): Buffer {
  return createHash("sha256").update("fibril/manager key\n").update(authkey).digest();
}
