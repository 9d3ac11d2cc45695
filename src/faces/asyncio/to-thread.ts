import { isGeneratorFunction, show } from "../../fiber/body.ts";
import { until } from "../../fiber/until.ts";
import type { Wait } from "../../fiber/wait.ts";
import { type Task, unpack } from "./thread-task.ts";
import { submit } from "./threads.ts";

/** A function that a module exports: `default` if no name is given. */
export interface ModuleExport {
  /** A file's URL or absolute path, or a package's name. */
  readonly module: URL | string;
  readonly name?: string | undefined;
}

/**
 * Runs a function in a thread and waits for what it gives; the program's other
 * fibers run on meanwhile. A kill or a timeout of the wait ends the thread, and
 * with it whatever the function is at.
 *
 * The function goes there by its source: it has its arguments and the globals,
 * but no variable from around it, and imports what it needs by `await import`. Or
 * name an export: `new URL("./work.ts#name", import.meta.url)`. Arguments and
 * results are copied (`structuredClone`); an error comes back with its name,
 * message, stack, cause and data. There are `min(32, cores + 4)` threads at most,
 * further calls wait for one; idle ones do not keep the program alive.
 *
 * Needs the package piscina: `npm install piscina`.
 *
 * asyncio: `asyncio.to_thread`; gevent: `gevent.threadpool.ThreadPool.apply`.
 *
 * @throws what the function throws; ReferenceError, with what to do, for a variable that is not
 *   there; TypeError at the call for what can't be sent.
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { toThread } from "fibril/asyncio";
 *
 * spawn(function* () {
 *   const sum = yield* toThread((n: number) => {
 *     let total = 0;
 *     for (let i = 1; i <= n; i++) total += i;
 *     return total;
 *   }, 1_000_000);
 *   console.log(sum); // -> 500000500000
 * });
 * ```
 */
export function toThread<Args extends unknown[], A>(
  fn: (...args: Args) => A,
  ...args: Args
): Wait<Awaited<A>, unknown>;
export function toThread<A = unknown>(fn: URL | ModuleExport, ...args: unknown[]): Wait<A, unknown>;
export function toThread(fn: unknown, ...args: unknown[]): Wait<unknown, unknown> {
  const task = taskOf(fn, args);
  return until((signal) => run(task, signal));
}

async function run(task: Task, signal: AbortSignal): Promise<unknown> {
  const outcome = await submit(task, signal);
  if ("error" in outcome) throw unpack(outcome.error);
  return outcome.value;
}

function taskOf(fn: unknown, args: readonly unknown[]): Task {
  if (typeof fn === "function") return bySource(fn as () => unknown, args);
  if (fn instanceof URL) return byUrl(fn, args);
  const { module, name = "default" } = (fn ?? {}) as Partial<ModuleExport>;
  if (module instanceof URL) return { kind: "export", module: module.href, name, args };
  if (typeof module === "string") return { kind: "export", module: absolute(module), name, args };
  throw new TypeError(
    `Cannot run ${show(fn)} in a thread: pass a function, new URL("./work.ts#name", import.meta.url) or { module, name }`,
  );
}

function bySource(fn: () => unknown, args: readonly unknown[]): Task {
  const source = Function.prototype.toString.call(fn);
  const name = fn.name || "anonymous";
  if (isGeneratorFunction(fn))
    throw cannotSend(name, "there are no fibers", "a plain or async one");
  if (source.startsWith("class")) throw cannotSend(name, "a class is not called", "a function");
  if (source.endsWith("{ [native code] }")) {
    throw cannotSend(name, "it is bound or native, and has no source", "one that calls it");
  }
  return { kind: "source", source, name, args };
}

function byUrl(url: URL, args: readonly unknown[]): Task {
  const module = new URL(url);
  module.hash = "";
  const name = decodeURIComponent(url.hash.slice(1)) || "default";
  return { kind: "export", module: module.href, name, args };
}

/** A relative path would be looked for beside the thread's own file. */
function absolute(module: string): string {
  if (!module.startsWith(".")) return module;
  throw new TypeError(
    `Cannot find the module "${module}" from a thread: pass new URL("${module}", import.meta.url)`,
  );
}

function cannotSend(name: string, why: string, what: string): TypeError {
  return new TypeError(`Cannot run "${name}" in a thread: ${why} there; pass ${what}`);
}
