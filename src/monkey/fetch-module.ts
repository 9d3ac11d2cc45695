import { beginFetch, bodyCall } from "./fetch.ts";
import { PatchedModule } from "./patched-module.ts";
import { owning, promiseCall } from "./promise-call.ts";

type FetchArgs = Parameters<typeof globalThis.fetch>;

/** `fetch` and what reads its answer: a kill aborts the request, also while the body is read. */
export const fetchModule: PatchedModule = new PatchedModule("fetch", (module) => {
  module.replace(globalThis, "fetch", (original) =>
    owning(original, (owner, caller, _self, args) =>
      beginFetch(owner, caller, original as typeof globalThis.fetch, args as FetchArgs),
    ),
  );
  for (const name of ["arrayBuffer", "blob", "bytes", "formData", "json", "text"]) {
    module.replace(Response.prototype, name, promiseCall(bodyCall(name)));
  }
});
