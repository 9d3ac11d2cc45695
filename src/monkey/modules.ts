import { fetchModule } from "./fetch-module.ts";
import type { PatchedModule } from "./patched-module.ts";
import { timersModule } from "./timers.ts";

/** Everything that can be patched, in the order in which it is. */
export const modules: Readonly<Record<string, PatchedModule>> = {
  timers: timersModule,
  fetch: fetchModule,
};
