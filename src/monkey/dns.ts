import { builtin } from "./builtin.ts";
import { callbackCall } from "./callback-call.ts";
import type { HostFunction } from "./function-shape.ts";
import { PatchedModule } from "./patched-module.ts";
import { type CallKind, promiseCall } from "./promise-call.ts";

type Functions = Record<string, HostFunction>;
type Class = HostFunction & { readonly prototype: object };

/** Names are looked up by the system, which can't be called off: a late answer is dropped. */
export const dnsModule: PatchedModule = new PatchedModule("dns", (module) => {
  const dns = builtin<Functions>("dns");
  const promises = builtin<Functions>("dns/promises");
  for (const target of [promises, (promises["Resolver"] as Class).prototype]) {
    for (const name of queriesOf(target)) module.replace(target, name, promiseCall(query(name)));
  }
  for (const target of [dns, (dns["Resolver"] as Class).prototype]) {
    module.replaceAll(target, queriesOf(target), callbackCall());
  }
});

/** What is known of `dns.promises[name]`. */
export function query(name: string): CallKind<unknown> {
  return { label: ([host]) => `dns.${name} ${String(host)}` };
}

/** The functions of an object that ask for names or addresses. */
export function queriesOf(target: object): string[] {
  const names = Object.getOwnPropertyNames(target);
  return names.filter((name) => /^(?:lookup|resolve|reverse)/.test(name));
}
