import { keep } from "./belongings.ts";
import { builtin } from "./builtin.ts";
import { Caller } from "./caller.ts";
import type { HostFunction } from "./function-shape.ts";
import { closed, ownThing } from "./own-thing.ts";
import { ownerHere } from "./owner.ts";
import { PatchedModule } from "./patched-module.ts";
import { promiseCall, withSignal } from "./promise-call.ts";

type Classes = Record<string, HostFunction & { readonly prototype: object }>;

/** Lines from a terminal: a question that is open ends with its fiber. */
export const readlineModule: PatchedModule = new PatchedModule("readline", (module) => {
  const promises = builtin<Classes>("readline/promises");
  const readline = builtin<Classes>("readline");
  module.replace(readline, "createInterface", ownThing(closed));
  module.replace(readline["Interface"]?.prototype ?? {}, "question", asking);
  module.replace(promises, "createInterface", ownThing(closed));
  const question = promiseCall({ label: () => "readline.question", options: { at: 1 } });
  module.replace(promises["Interface"]?.prototype ?? {}, "question", question);
});

/** A question with a callback: it is withdrawn, so that the next line is somebody else's. */
function asking(original: HostFunction): HostFunction {
  return function patched(this: unknown, query: unknown, ...rest: unknown[]): unknown {
    const callback = rest.at(-1);
    const owner = typeof callback === "function" ? ownerHere(patched) : undefined;
    if (owner === undefined) return original.call(this, query, ...rest);
    const controller = new AbortController();
    const abandon = (reason: unknown) => controller.abort(reason);
    const release = keep(owner, { caller: new Caller(patched), abandon });
    const answered = function (this: unknown, ...answer: unknown[]): unknown {
      release();
      return Reflect.apply(callback as HostFunction, this, answer);
    };
    const options = rest.length > 1 ? rest[0] : undefined;
    const args = withSignal([query, options, answered], { at: 1 }, controller.signal);
    return original.apply(this, args);
  };
}
