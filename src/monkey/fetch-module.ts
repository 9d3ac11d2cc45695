import { beginFetch, bodyCall } from "./fetch.ts";
import { PatchedModule } from "./patched-module.ts";
import { owning } from "./promise-call.ts";
import { ownConnection } from "./web-socket.ts";

type FetchArgs = Parameters<typeof globalThis.fetch>;

/** `fetch`, what reads its answer, and the connections of the web: a kill ends them. */
export const fetchModule: PatchedModule = new PatchedModule("fetch", (module) => {
  module.replace(globalThis, "fetch", (original) =>
    owning(original, (owner, caller, _self, args) =>
      beginFetch(owner, caller, original as typeof globalThis.fetch, args as FetchArgs),
    ),
  );
  for (const name of ["arrayBuffer", "blob", "bytes", "formData", "json", "text"]) {
    module.replace(Response.prototype, name, bodyCall(name));
  }
  module.replaceAll(globalThis, ["WebSocket", "EventSource"], ownConnection);
});
