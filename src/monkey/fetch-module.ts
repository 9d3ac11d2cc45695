import { cooperativeFetch } from "./fetch.ts";
import { PatchedModule } from "./patched-module.ts";

export const fetchModule: PatchedModule = new PatchedModule("fetch", (module) => {
  module.replace(globalThis, "fetch", cooperativeFetch);
});
