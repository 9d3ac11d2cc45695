import type { Input as DurationInput } from "effect/Duration";
import { show } from "../fiber/body.ts";
import { type BlockingMode, setBlockingMode } from "./blocking.ts";
import { hostModule } from "./builtin.ts";
import { modules, type PatchName } from "./modules.ts";
import { followNamedImports, leaveNamedImports } from "./named-imports.ts";
import { frameFibers, stopFramingFibers } from "./owner.ts";
import { isReplacement, originalOf } from "./patched-module.ts";
import { defaultLimit, limitOf } from "./watchdog/limit.ts";
import { startWatchdog, stopWatchdog } from "./watchdog/watchdog.ts";

/** What can be patched: `true` to do it, `false` to leave it out. */
export type PatchOptions = { readonly [name in PatchName]?: boolean | undefined } & {
  /**
   * What happens when a fiber calls something that blocks all of them, such as
   * `fs.readFileSync`: a warning for each place that does (default), an error, nothing.
   */
  readonly blocking?: BlockingMode | undefined;
  /**
   * How long a fiber may hold up all others (default 100 ms, or what the environment
   * variable FIBRIL_MAX_BLOCKING_TIME says): when it takes longer, a watchdog tells
   * of it on standard error, while it does. `false`: there is no watchdog.
   */
  readonly maxBlockingTime?: DurationInput | false | undefined;
};

/**
 * Makes the host's asynchronous calls belong to the fiber that makes them: all of
 * them, but those that are `false`. A kill then aborts the fiber's requests,
 * closes its sockets, clears its timers; `yield*` takes the promises. Outside of
 * fibers nothing changes.
 *
 * What a package starts for everybody, such as the sockets and timers of a pool,
 * belongs to no fiber; `detach` hands over what else is to outlive one.
 *
 * May be called at any time. On Node named imports that were made before follow. On
 * Deno those of modules that are loaded from now on do, and `node:zlib` is out of
 * reach. On Bun no named import does, and a caller can't always be told. Before the
 * program's first line: `node --import fibril/monkey/auto`.
 *
 * Disposing of what it gives puts back what this call patched.
 *
 * gevent: `gevent.monkey.patch_all`.
 *
 * @throws TypeError for a name that there is not.
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { patchAll } from "fibril/monkey";
 *
 * patchAll();
 * const fiber = spawn(async () => {
 *   setTimeout(() => console.log("never printed"), 10);
 *   await sleep("1 minute");
 * });
 * spawn(() => fiber.kill());
 * setTimeout(() => console.log("its timer went with it"), 20); // -> its timer went with it
 * ```
 */
export function patchAll(options: PatchOptions = {}): Disposable {
  checkOptions(options, "patchAll");
  warnOfUnion(options);
  const names = allNames.filter((name) => options[name] !== false);
  const { blocking = "report", maxBlockingTime } = options;
  return apply(names, blocking, maxBlockingTime ?? defaultLimit() ?? false);
}

/**
 * As `patchAll`, but only those that are `true`; blocking calls are told of only
 * with `blocking`, fibers that block only with `maxBlockingTime`.
 *
 * gevent: `gevent.monkey.patch_socket`, `patch_dns`, `patch_time` and so on.
 *
 * @throws TypeError for a name that there is not.
 * @example
 * ```ts
 * import { isModulePatched, patch } from "fibril/monkey";
 *
 * const patched = patch({ fetch: true, net: true });
 * console.log(isModulePatched("net"), isModulePatched("fs")); // -> true false
 * patched[Symbol.dispose]();
 * console.log(isModulePatched("net")); // -> false
 * ```
 */
export function patch(options: PatchOptions): Disposable {
  checkOptions(options, "patch");
  return apply(
    allNames.filter((name) => options[name] === true),
    options.blocking,
    options.maxBlockingTime,
  );
}

/**
 * Puts everything back, but what somebody else has wrapped since: that is named
 * in a warning. gevent has no way to do that.
 *
 * @example
 * ```ts
 * import { patchAll, unpatch } from "fibril/monkey";
 *
 * const { fetch } = globalThis;
 * patchAll();
 * console.log(globalThis.fetch === fetch); // -> false
 * unpatch();
 * console.log(globalThis.fetch === fetch); // -> true
 * ```
 */
export function unpatch(): void {
  restore(allNames);
  setBlockingMode("ignore");
  stopWatchdog();
  lastAll = undefined;
}

/**
 * Whether a module is patched. Takes the names of `patch` and those of the host,
 * such as "node:fs" and "fs/promises".
 *
 * gevent: `gevent.monkey.is_module_patched`.
 *
 * @throws TypeError for one that is never patched.
 * @example
 * ```ts
 * import { isModulePatched, patch } from "fibril/monkey";
 *
 * patch({ fs: true });
 * console.log(isModulePatched("node:fs/promises")); // -> true
 * ```
 */
export function isModulePatched(name: string): boolean {
  const known = nameOf(name);
  if (known === undefined) throw unknownName("look up", name);
  return modules[known].isPatched;
}

/**
 * Whether `object[name]` is patched. gevent: `gevent.monkey.is_object_patched`.
 *
 * @example
 * ```ts
 * import net from "node:net";
 * import { isPatched, patchAll } from "fibril/monkey";
 *
 * patchAll({ net: false });
 * console.log(isPatched(globalThis, "fetch"), isPatched(net, "connect")); // -> true false
 * ```
 */
export function isPatched(object: object, name: string): boolean {
  return isReplacement(Reflect.get(object, name));
}

/**
 * What `module[name]` is without us; of several names an array. The module may be
 * given by its name.
 *
 * gevent: `gevent.monkey.get_original`.
 *
 * @throws TypeError for a module that there is not.
 * @example
 * ```ts
 * import fs from "node:fs";
 * import { getOriginal, patchAll } from "fibril/monkey";
 *
 * const { readFile } = fs;
 * patchAll();
 * console.log(getOriginal("fs", "readFile") === readFile); // -> true
 * console.log(fs.readFile === readFile); // -> false
 * ```
 */
export function getOriginal(module: string | object, name: string): unknown;
export function getOriginal(module: string | object, names: readonly string[]): unknown[];
export function getOriginal(module: string | object, name: string | readonly string[]): unknown {
  const target = typeof module === "string" ? hostModule(module) : module;
  if (target === undefined) {
    throw new TypeError(`Cannot look into "${module}": there is no such module`);
  }
  const originalIn = (key: string): unknown => originalOf(Reflect.get(target, key));
  return typeof name === "string" ? originalIn(name) : name.map(originalIn);
}

const allNames = Object.keys(modules) as PatchName[];

/** What `patchAll` was called with last. */
let lastAll: string | undefined;

function warnOfUnion(options: PatchOptions): void {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  const now = JSON.stringify(entries.sort());
  if (lastAll !== undefined && lastAll !== now) {
    console.warn(
      "patchAll was called again with other options: what either call names is patched now",
    );
  }
  lastAll = now;
}

function apply(
  names: readonly PatchName[],
  blocking: BlockingMode | undefined,
  maxBlockingTime: PatchOptions["maxBlockingTime"],
): Disposable {
  const fresh = names.filter((name) => !modules[name].isPatched);
  for (const name of fresh) modules[name].patch();
  if (blocking !== undefined) setBlockingMode(blocking);
  frameFibers();
  followNamedImports();
  const isWatching = watch(maxBlockingTime);
  return {
    [Symbol.dispose]() {
      restore(fresh);
      if (isWatching) stopWatchdog();
    },
  };
}

/** Whether a watchdog was started for it. */
function watch(maxBlockingTime: PatchOptions["maxBlockingTime"]): boolean {
  if (maxBlockingTime === undefined) return false;
  const limit = limitOf(maxBlockingTime);
  if (limit !== undefined) return startWatchdog(limit);
  stopWatchdog();
  return false;
}

function restore(names: readonly PatchName[]): void {
  const foreign = names.flatMap((name) => modules[name].restore());
  if (allNames.some((name) => modules[name].isPatched)) followNamedImports();
  else {
    stopFramingFibers();
    leaveNamedImports();
  }
  if (foreign.length === 0) return;
  const list = foreign.map(({ module, name }) => `${module}.${name}`).join(", ");
  console.warn(`Cannot put ${list} back: somebody else has wrapped ours, which stays inside`);
}

/** Our name for a module of the host. */
function nameOf(module: string): PatchName | undefined {
  const plain = module.replace(/^node:/, "").replace(/\/promises$/, "");
  if (plain === "https") return "http";
  if (plain === "child_process") return "childProcess";
  return allNames.find((name) => name === plain);
}

const MODES: readonly unknown[] = ["report", "throw", "ignore", undefined];

function checkOptions(options: unknown, verb: string): void {
  if (typeof options !== "object" || options === null) {
    throw new TypeError(
      `Cannot ${verb} with ${show(options)}: pass an object such as { fetch: true }`,
    );
  }
  for (const [name, value] of Object.entries(options)) {
    if (name === "blocking") checkMode(verb, value);
    else if (name === "maxBlockingTime") checkLimit(value);
    else if (!Object.hasOwn(modules, name)) throw unknownName(verb, name);
    else if (value !== undefined && typeof value !== "boolean") {
      throw new TypeError(`Cannot ${verb} with ${name}: ${show(value)}: pass true or false`);
    }
  }
}

function checkLimit(limit: unknown): void {
  if (limit !== undefined) limitOf(limit as DurationInput | false);
}

function checkMode(verb: string, mode: unknown): void {
  if (MODES.includes(mode)) return;
  throw new TypeError(
    `Cannot ${verb} with blocking: ${show(mode)}: pass "report", "throw" or "ignore"`,
  );
}

function unknownName(verb: string, name: string): TypeError {
  return new TypeError(`Cannot ${verb} "${name}": there are ${allNames.join(", ")}`);
}
