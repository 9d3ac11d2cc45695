import { blockingCall } from "./blocking.ts";
import { builtin } from "./builtin.ts";
import { callbackCall } from "./callback-call.ts";
import type { HostFunction } from "./function-shape.ts";
import { PatchedModule } from "./patched-module.ts";

type Functions = Record<string, HostFunction>;

/** Work that goes on in the host's threads and can't be called off: a late result is dropped. */
export const zlibModule: PatchedModule = new PatchedModule("zlib", (module) => {
  const zlib = builtin<Functions>("zlib");
  for (const name of Object.keys(zlib)) {
    if (typeof zlib[`${name}Sync`] !== "function") continue;
    module.replace(zlib, name, callbackCall());
    module.replace(zlib, `${name}Sync`, blockingCall(`zlib.${name}Sync`, `zlib.${name}`));
  }
});

/** Some of them work at once where they get no callback. To fill a few bytes at once blocks nobody. */
const CRYPTO_CALLS =
  "argon2 checkPrime decapsulate diffieHellman encapsulate generateKey generateKeyPair generatePrime hkdf pbkdf2 randomBytes randomInt scrypt sign verify";

export const cryptoModule: PatchedModule = new PatchedModule("crypto", (module) => {
  const crypto = builtin("crypto");
  module.replace(crypto, "randomFill", callbackCall());
  for (const name of CRYPTO_CALLS.split(" ")) {
    module.replace(crypto, name, callbackCall());
    module.replace(crypto, `${name}Sync`, blockingCall(`crypto.${name}Sync`, `crypto.${name}`));
  }
});

/** `Atomics.wait` stops the whole thread. */
export const atomicsModule: PatchedModule = new PatchedModule("atomics", (module) => {
  module.replace(Atomics, "wait", blockingCall("Atomics.wait", "Atomics.waitAsync"));
});
