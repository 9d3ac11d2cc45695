import { atomicsModule, cryptoModule, zlibModule } from "./callbacks.ts";
import { childProcessModule } from "./child-process.ts";
import { denoModule } from "./deno.ts";
import { dnsModule } from "./dns.ts";
import { fetchModule } from "./fetch-module.ts";
import { fsModule } from "./fs.ts";
import { dgramModule, httpModule, netModule, tlsModule } from "./net.ts";
import type { PatchedModule } from "./patched-module.ts";
import { readlineModule } from "./readline.ts";
import { stdinModule } from "./stdin.ts";
import { timersModule } from "./timers.ts";

/** What can be patched: `http` with `node:https`; `deno` is Deno's own API. */
export type PatchName =
  | "atomics"
  | "childProcess"
  | "crypto"
  | "deno"
  | "dgram"
  | "dns"
  | "fetch"
  | "fs"
  | "http"
  | "net"
  | "readline"
  | "stdin"
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
  stdin: stdinModule,
  atomics: atomicsModule,
  deno: denoModule,
};
