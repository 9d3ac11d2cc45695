import type * as Host from "node:dns";
import type * as HostPromises from "node:dns/promises";
import type { Wait } from "../fiber/wait.ts";
import { builtin } from "./builtin.ts";
import { waitFor } from "./call-wait.ts";
import { queriesOf, query } from "./dns.ts";
import type { WaitsOf } from "./wait-types.ts";

/** `node:dns/promises` with Waits in the place of promises. */
export interface DnsWaits
  extends WaitsOf<typeof HostPromises, "lookup" | "resolve" | "resolve4" | "resolve6"> {
  lookup(
    hostname: string,
    options?: number | (Host.LookupOptions & { readonly all?: false }),
  ): Wait<Host.LookupAddress, unknown>;
  lookup(
    hostname: string,
    options: Host.LookupOptions & { readonly all: true },
  ): Wait<Host.LookupAddress[], unknown>;
  resolve(hostname: string, type?: "A" | "AAAA" | "CNAME" | "NS" | "PTR"): Wait<string[], unknown>;
  resolve(hostname: string, type: string): Wait<unknown, unknown>;
  resolve4(hostname: string): Wait<string[], unknown>;
  resolve4(hostname: string, options: { readonly ttl: true }): Wait<Host.RecordWithTtl[], unknown>;
  resolve6(hostname: string): Wait<string[], unknown>;
  resolve6(hostname: string, options: { readonly ttl: true }): Wait<Host.RecordWithTtl[], unknown>;
}

/**
 * The queries of `node:dns/promises` as Waits. The host can't call one off: after
 * a kill or a timeout its answer is dropped. `lookup` asks the operating system in
 * one of the host's four threads, `resolve4` and its like ask a server in none.
 *
 * gevent: `gevent.socket.getaddrinfo`.
 *
 * @example
 * ```ts
 * import { spawn, withTimeout } from "fibril";
 * import { dns } from "fibril/monkey";
 *
 * spawn(function* () {
 *   const { address } = yield* withTimeout("5 seconds", dns.lookup("127.0.0.1"));
 *   console.log(address); // -> 127.0.0.1
 * });
 * ```
 */
export const dns: DnsWaits = makeWaits() as unknown as DnsWaits;

function makeWaits(): object {
  const promises = builtin("dns/promises");
  const waits = queriesOf(promises).map((name) => {
    const kind = query(name);
    return [name, (...args: unknown[]) => waitFor(kind, promises, name, args)];
  });
  return Object.fromEntries(waits);
}
