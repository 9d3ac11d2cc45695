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
  const takers = new WeakSet<object>();
  let count = 0;
  return function patched(this: unknown): unknown {
    const stdin = original.call(this);
    const owner = ownerHere(patched);
    const taker = owner ?? nobody;
    if (takers.has(taker)) return stdin;
    takers.add(taker);
    count++;
    if (owner === undefined) return stdin;
    const abandon = () => {
      takers.delete(owner);
      count--;
      if (count === 0) stdin.pause();
    };
    keep(owner, { caller: new Caller(patched), abandon });
    return stdin;
  };
}

/** Who is no fiber may read for as long as the program runs. */
const nobody = {};
