import type { FiberCore } from "../fiber/core.ts";
import { keep } from "./belongings.ts";
import { Caller } from "./caller.ts";
import type { HostFunction } from "./function-shape.ts";
import { ownerHere } from "./owner.ts";
import { PatchedModule } from "./patched-module.ts";

/** Standard input, which while it is read keeps the program alive: it is paused with the fibers that took it. */
export const stdinModule: PatchedModule = new PatchedModule("stdin", (module) => {
  module.replaceGetter(process, "stdin", takenByFibers);
});

function takenByFibers(original: HostFunction): HostFunction {
  const takers = new Set<FiberCore | undefined>();
  return function patched(this: unknown): unknown {
    const stdin = original.call(this);
    const owner = ownerHere(patched);
    // Who is no fiber may read for as long as the program runs.
    if (takers.has(owner)) return stdin;
    takers.add(owner);
    if (owner === undefined) return stdin;
    const abandon = () => {
      takers.delete(owner);
      if (takers.size === 0) stdin.pause();
    };
    keep(owner, { caller: new Caller(patched), abandon });
    return stdin;
  };
}
