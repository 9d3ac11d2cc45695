import { builtin } from "./builtin.ts";
import type { HostFunction } from "./function-shape.ts";
import { modules } from "./modules.ts";

/** A function of the host that a patch has not reached, or no longer is. */
export interface Escape {
  /** A `copy` was taken before the patch; what is `wrapped` has ours inside. */
  readonly kind: "copy" | "wrapped";
  /** Which function, such as `fs.readFile`. */
  readonly original: string;
  /** Who has it: a file, or `globalThis`. */
  readonly holder: string;
  /** The name that it has there. */
  readonly name: string;
}

/**
 * What the patches have not reached: functions of the host that a CommonJS module
 * or the global object took before, and those that somebody else has wrapped since.
 * What a module keeps in a variable (`const { readFile } = require("fs")`) nobody
 * can see: patch before it is loaded, by `--import fibril/monkey/auto`.
 *
 * gevent: the MonkeyPatchWarning of `gevent.monkey.patch_all`.
 *
 * @example
 * ```ts
 * import { audit, patchAll } from "fibril/monkey";
 *
 * Object.assign(globalThis, { myFetch: fetch });
 * patchAll();
 * for (const { original, holder, name } of audit()) {
 *   console.log(`${holder}.${name} is still ${original}`); // -> globalThis.myFetch is still fetch
 * }
 * ```
 */
export function audit(): Escape[] {
  const originals = new Map<unknown, string>();
  const wrapped: Escape[] = [];
  for (const module of Object.values(modules)) {
    for (const { target, name: key, original, isInPlace } of module.patches) {
      const name = String(key);
      const label = target === globalThis ? name : `${module.name}.${name}`;
      originals.set(original, label);
      if (isInPlace()) continue;
      wrapped.push({ kind: "wrapped", original: label, holder: module.name, name });
    }
  }
  const copies = holders().flatMap(([holder, exports]) =>
    copiesIn(exports, originals).map(
      ({ name, original }): Escape => ({ kind: "copy", original, holder, name }),
    ),
  );
  return [...wrapped, ...copies];
}

interface LoadedModule {
  readonly exports: unknown;
}

/** Whatever can be looked into: ES modules can't. */
function holders(): [name: string, exports: unknown][] {
  const { _cache: cache = {} } = builtin<{ _cache?: Record<string, LoadedModule | undefined> }>(
    "module",
  );
  const loaded = Object.entries(cache).map(([file, module]): [string, unknown] => [
    file,
    module?.exports,
  ]);
  return [["globalThis", globalThis], ...loaded];
}

function copiesIn(
  exports: unknown,
  originals: ReadonlyMap<unknown, string>,
): { name: string; original: string }[] {
  const whole = originals.get(exports);
  if (whole !== undefined) return [{ name: "exports", original: whole }];
  if ((typeof exports !== "object" && typeof exports !== "function") || exports === null) return [];
  return Object.entries(Object.getOwnPropertyDescriptors(exports)).flatMap(([name, property]) => {
    // A getter might do something.
    const original = originals.get(property.value as HostFunction | undefined);
    return original === undefined ? [] : [{ name, original }];
  });
}
