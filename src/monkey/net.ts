import { builtin } from "./builtin.ts";
import type { HostFunction } from "./function-shape.ts";
import { closed, connected, ownThing, requested } from "./own-thing.ts";
import { PatchedModule } from "./patched-module.ts";

type Class = HostFunction & { readonly prototype: object };
type Classes = Record<string, Class>;

/** Sockets that a fiber opens, and servers. What an HTTP agent opens serves whoever asks next: it is nobody's. */
export const netModule: PatchedModule = new PatchedModule("net", (module) => {
  const net = builtin<Classes>("net");
  module.replaceAll(net, ["connect", "createConnection"], ownThing(connected));
  module.replace((net["Socket"] as Class).prototype, "connect", ownThing(connected));
  module.replace((net["Server"] as Class).prototype, "listen", ownThing(closed));
});

export const tlsModule: PatchedModule = new PatchedModule("tls", (module) => {
  module.replace(builtin("tls"), "connect", ownThing(connected));
});

/** A request ends with its fiber; its connection is the agent's. */
export const httpModule: PatchedModule = new PatchedModule("http", (module) => {
  for (const name of ["http", "https"]) {
    module.replaceAll(builtin(name), ["request", "get"], ownThing(requested));
  }
  // Where it is not that of `net`.
  const { prototype } = builtin<Classes>("http")["Server"] as Class;
  module.replace(prototype, "listen", ownThing(closed));
});

export const dgramModule: PatchedModule = new PatchedModule("dgram", (module) => {
  module.replace(builtin("dgram"), "createSocket", ownThing(closed));
});
