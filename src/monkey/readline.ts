import { builtin } from "./builtin.ts";
import type { HostFunction } from "./function-shape.ts";
import { closed, ownThing } from "./own-thing.ts";
import { PatchedModule } from "./patched-module.ts";
import { promiseCall } from "./promise-call.ts";

type Classes = Record<string, HostFunction & { readonly prototype: object }>;

/** Lines from a terminal: a question that is open ends with its fiber. */
export const readlineModule: PatchedModule = new PatchedModule("readline", (module) => {
  const promises = builtin<Classes>("readline/promises");
  module.replace(builtin("readline"), "createInterface", ownThing(closed));
  module.replace(promises, "createInterface", ownThing(closed));
  const question = promiseCall({ label: () => "readline.question", options: { at: 1 } });
  module.replace(promises["Interface"]?.prototype ?? {}, "question", question);
});
