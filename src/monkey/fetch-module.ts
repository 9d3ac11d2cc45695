import { Caller } from "./caller.ts";
import { beginFetch, bodyCall } from "./fetch.ts";
import type { HostFunction } from "./function-shape.ts";
import { ownPromise } from "./own-promise.ts";
import { ownerHere } from "./owner.ts";
import { PatchedModule } from "./patched-module.ts";
import { promiseCall } from "./promise-call.ts";

/** `fetch` and what reads its answer: a kill aborts the request, also while the body is read. */
export const fetchModule: PatchedModule = new PatchedModule("fetch", (module) => {
  module.replace(globalThis, "fetch", cooperativeFetch);
  for (const name of ["arrayBuffer", "blob", "bytes", "formData", "json", "text"]) {
    module.replace(Response.prototype, name, promiseCall(bodyCall(name)));
  }
});

type Fetch = typeof globalThis.fetch;

function cooperativeFetch(original: HostFunction): HostFunction {
  return function patched(this: unknown, ...args: unknown[]): Promise<Response> {
    let owner: ReturnType<typeof ownerHere>;
    try {
      owner = ownerHere(patched);
    } catch (error) {
      return Promise.reject(error);
    }
    if (owner === undefined) return original.apply(this, args) as Promise<Response>;
    const caller = new Caller(patched);
    const { promise, ending } = beginFetch(
      owner,
      caller,
      original as Fetch,
      args as Parameters<Fetch>,
    );
    return ownPromise(owner, caller, promise, ending);
  };
}
