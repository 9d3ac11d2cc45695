import type { FiberCore } from "../fiber/core.ts";
import { host } from "../internal/host.ts";
import type { Starter } from "./belongings.ts";
import { blockingCall } from "./blocking.ts";
import { builtin } from "./builtin.ts";
import { ownCallback } from "./callback-call.ts";
import { Caller } from "./caller.ts";
import type { HostFunction } from "./function-shape.ts";
import { keepContext } from "./keep-context.ts";
import { type Thing, type ThingKind, tieThing } from "./own-thing.ts";
import { ownerHere } from "./owner.ts";
import { PatchedModule } from "./patched-module.ts";
import { killTree } from "./process-tree.ts";
import { type Begun, owning } from "./promise-call.ts";

/** Children are killed with their fiber, unless they are detached, unref'd or a package's. */
export const childProcessModule: PatchedModule = new PatchedModule("childProcess", (module) => {
  const childProcess = builtin("child_process");
  module.replaceAll(childProcess, ["spawn", "fork"], ownChild);
  module.replaceAll(childProcess, ["exec", "execFile"], ownPromisedChild);
  for (const name of ["spawn", "exec", "execFile"]) {
    const call = blockingCall(`childProcess.${name}Sync`, `childProcess.${name}`);
    module.replace(childProcess, `${name}Sync`, call);
  }
});

/** The part of a child that its owner's end needs. */
interface Child extends Thing {
  readonly pid?: number | undefined;
  /** To a child that was forked. */
  readonly channel?: object | null | undefined;
  readonly exitCode: number | null;
  readonly signalCode: string | null;
  readonly killed: boolean;
  readonly stdio: readonly (Pipe | null | undefined)[];
  kill(signal: "SIGKILL"): boolean;
  unref(): void;
}

interface Pipe {
  destroy(): unknown;
  emit(...args: unknown[]): unknown;
}

/** A command: a kill also ends one that a package runs for the fiber. */
const command: ThingKind<Child> = { over: "exit", lasts: false, isRequest: true, end: endChild };

/** A child to talk to: a package may keep it for others. */
const worker: ThingKind<Child> = { over: "exit", lasts: true, end: endChild };

function endChild(child: Child): void {
  if (!hasEnded(child)) {
    if (child.pid !== undefined) killTree(child.pid);
    // Where that may not be. On Deno it does nothing for a child that got a signal before.
    child.kill("SIGKILL");
  }
  // What it has started may live on and hold them open.
  for (const pipe of child.stdio) pipe?.destroy();
}

/** Deno names the signal when it sends it: the child may have outlived that. */
function hasEnded({ exitCode, signalCode, killed }: Child): boolean {
  if (exitCode !== null) return true;
  return signalCode !== null && !(killed && host.runtime === "deno");
}

/** `exec` and `execFile` have a callback, the others do not. */
function ownChild(original: HostFunction): HostFunction {
  return function patched(this: unknown, ...args: unknown[]): unknown {
    const owner = ownerHere(patched);
    if (owner === undefined || args.some(isDetached)) return original.apply(this, args);
    const caller = new Caller(patched);
    const child: Child = original.apply(this, ownCallback(owner, caller, args));
    for (const stream of child.stdio) if (stream) keepContext(stream);
    tieChild(owner, caller, child);
    return child;
  };
}

function isDetached(options: unknown): boolean {
  return (options as { readonly detached?: unknown } | null | undefined)?.detached === true;
}

export function tieChild(owner: FiberCore, caller: Starter, child: Child): void {
  const kind = child.channel === undefined || child.channel === null ? command : worker;
  const release = tieThing(owner, caller, child, kind);
  if (release === undefined) return;
  const { unref } = child;
  // Who lets a child go on without the program lets it go on without the fiber.
  child.unref = function (this: Child): void {
    release();
    unref.call(this);
  };
}

type PromisedChild = Promise<unknown> & { readonly child: Child };

/** `exec` and `execFile`: what `util.promisify` makes of them is the fiber's as well. */
function ownPromisedChild(original: HostFunction): HostFunction {
  const patched = ownChild(original);
  const { promisify } = builtin<{ promisify: { custom: symbol } }>("util");
  const promised = Reflect.get(original, promisify.custom) as HostFunction | undefined;
  if (promised === undefined) return patched;
  const value = owning(promised, (_owner, _caller, _self, args) =>
    beginChild(original.name, promised, args),
  );
  return Object.defineProperty(patched, promisify.custom, { value, configurable: true });
}

/** A command whose output is waited for. */
export function beginChild(
  name: string,
  promised: HostFunction,
  args: readonly unknown[],
): Begun<unknown> {
  const promise = promised(...args) as PromisedChild;
  const ending = {
    label: () => `${name} ${String(args[0])}`,
    isRequest: true,
    abort: () => endChild(promise.child),
  };
  return { promise, ending };
}
