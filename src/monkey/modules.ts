import { atomicsModule, cryptoModule, zlibModule } from "./callbacks.ts";
import { childProcessModule } from "./child-process.ts";
import { dnsModule } from "./dns.ts";
import { fetchModule } from "./fetch-module.ts";
import { fsModule } from "./fs.ts";
import { dgramModule, httpModule, netModule, tlsModule } from "./net.ts";
import type { PatchedModule } from "./patched-module.ts";
import { readlineModule } from "./readline.ts";
import { timersModule } from "./timers.ts";

/** What can be patched. `http` is for `node:https`, too. */
export type PatchName =
  | "atomics"
  | "childProcess"
  | "crypto"
  | "dgram"
  | "dns"
  | "fetch"
  | "fs"
  | "http"
  | "net"
  | "readline"
  | "timers"
  | "tls"
  | "zlib";

/** Everything that can be patched, in the order in which it is. */
export const modules: Readonly<Record<PatchName, PatchedModule>> = {
  timers: timersModule,
  fs: fsModule,
  dns: dnsModule,
  net: netModule,
  tls: tlsModule,
  http: httpModule,
  dgram: dgramModule,
  fetch: fetchModule,
  childProcess: childProcessModule,
  zlib: zlibModule,
  crypto: cryptoModule,
  readline: readlineModule,
  atomics: atomicsModule,
};
