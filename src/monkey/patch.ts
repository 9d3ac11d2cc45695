import { show } from "../fiber/body.ts";
import { builtin } from "./builtin.ts";
import { modules } from "./modules.ts";
import { frameNewFibers, stopFramingFibers } from "./owner.ts";
import { isReplacement, originalOf } from "./patched-module.ts";

/** What can be patched: `true` to do it, `false` to leave it out. */
export type PatchOptions = { readonly [name: string]: boolean | undefined };

/**
 * Makes the host's blocking calls yield: all of them, but those that are `false`.
 * Disposing of what it gives puts back what this call patched.
 *
 * gevent: `gevent.monkey.patch_all`.
 */
export function patchAll(options: PatchOptions = {}): Disposable {
  checkNames(options, "patchAll");
  return apply(Object.keys(modules).filter((name) => options[name] !== false));
}

/** As `patchAll`, but only those that are `true`. gevent: `gevent.monkey.patch_socket` and its like. */
export function patch(options: PatchOptions): Disposable {
  checkNames(options, "patch");
  return apply(Object.keys(modules).filter((name) => options[name] === true));
}

/** Puts everything back. gevent has no way to do that. */
export function unpatch(): void {
  restore(Object.keys(modules));
}

/** Whether a module is patched, in part or whole. gevent: `gevent.monkey.is_module_patched`. */
export function isModulePatched(name: string): boolean {
  checkNames({ [name]: true }, "look up");
  return modules[name]?.isPatched === true;
}

/** Whether `object[name]` is patched. gevent: `gevent.monkey.is_object_patched`. */
export function isPatched(object: object, name: string): boolean {
  return isReplacement(Reflect.get(object, name));
}

/** What `module[name]` is without us. gevent: `gevent.monkey.get_original`. */
export function getOriginal(module: string | object, name: string): unknown {
  const target = typeof module === "string" ? builtin(module.replace(/^node:/, "")) : module;
  return originalOf(Reflect.get(target, name));
}

function apply(names: readonly string[]): Disposable {
  const fresh = names.filter((name) => modules[name]?.isPatched === false);
  for (const name of fresh) modules[name]?.patch();
  frameNewFibers();
  syncNamedImports();
  return { [Symbol.dispose]: () => restore(fresh) };
}

function restore(names: readonly string[]): void {
  const foreign = names.flatMap((name) => modules[name]?.restore() ?? []);
  if (!Object.values(modules).some((module) => module.isPatched)) stopFramingFibers();
  syncNamedImports();
  if (foreign.length === 0) return;
  const list = foreign.map(({ module, name }) => `${module}.${name}`).join(", ");
  console.warn(
    `fibril/monkey: somebody else has wrapped ${list} since: left as it is, with ours inside`,
  );
}

/** Named imports of Node's own modules see what was assigned; other hosts have no such thing. */
function syncNamedImports(): void {
  builtin<{ syncBuiltinESMExports?: () => void }>("module").syncBuiltinESMExports?.();
}

function checkNames(options: unknown, verb: string): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(
      `Cannot ${verb} with ${show(options)}: pass an object such as { fetch: true }`,
    );
  }
  const unknown = Object.keys(options).find((name) => !(name in modules));
  if (unknown === undefined) return;
  throw new TypeError(`Cannot ${verb} "${unknown}": there are ${Object.keys(modules).join(", ")}`);
}
