import { runOwned } from "../fiber/owner.ts";
import { Caller } from "./caller.ts";
import type { HostFunction } from "./function-shape.ts";
import { type Thing, type ThingKind, tieThing } from "./own-thing.ts";
import { beginUnowned, ownerHere } from "./owner.ts";
import type { Replacing } from "./patched-module.ts";

/**
 * `fs.watchFile`, whose watcher serves all who watch the same file: a kill takes
 * the fiber's own listener off.
 */
export function watchFileCall(unwatchFile: HostFunction): Replacing {
  return (original) =>
    function patched(this: unknown, ...args: unknown[]): unknown {
      const watch = (): Thing => original.apply(this, args);
      const owner = ownerHere(patched);
      if (owner === undefined) return beginUnowned(patched, watch);
      const caller = new Caller(patched);
      const watcher = caller.isPackage ? runOwned(undefined, watch) : watch();
      const end = () => unwatchFile(args[0], args.at(-1));
      const kind: ThingKind<Thing> = { over: "stop", lasts: true, end };
      tieThing(owner, caller, watcher, kind);
      return watcher;
    };
}
