import type { HostFunction } from "./function-shape.ts";
import type { PatchedModule, Replacing } from "./patched-module.ts";
import {
  type Begun,
  type CallKind,
  owning,
  promiseCall,
  type SignalPlace,
} from "./promise-call.ts";

/** Something that is closed when nobody takes it. */
interface Closable {
  close(): unknown;
}

/** `fs.promises.open`: the class of its handles is known from the first one on. */
export function openCall(module: PatchedModule): Replacing {
  return (original) =>
    owning(original, (_owner, _caller, _self, args) => beginOpen(module, original, args));
}

function beginOpen(
  module: PatchedModule,
  original: HostFunction,
  args: readonly unknown[],
): Begun<Closable> {
  const promise = (original(...args) as Promise<Closable>).then((handle) => {
    // Not where everything was put back meanwhile.
    if (module.isPatched) patchHandles(module, Object.getPrototypeOf(handle));
    return handle;
  });
  return { promise, ending: { label: () => `fs.open ${String(args[0])}`, discard: closeQuietly } };
}

/** `close` is not among them: it has to happen, whatever becomes of its fiber. */
const PROMISED =
  "appendFile chmod chown datasync read readv readFile stat sync truncate utimes write writev writeFile";

/** Those that take a signal. */
const SIGNALS: Readonly<Record<string, SignalPlace>> = {
  readFile: { at: 0, orEncoding: true },
  writeFile: { at: 1, orEncoding: true },
  appendFile: { at: 1, orEncoding: true },
};

function patchHandles(module: PatchedModule, prototype: object): void {
  for (const name of PROMISED.split(" ")) module.replace(prototype, name, promiseCall(call(name)));
}

function call(name: string): CallKind<unknown> {
  return { label: () => `FileHandle.${name}`, options: SIGNALS[name] };
}

/** A handle or a directory that came too late. */
export function closeQuietly(result: unknown): void {
  const { close } = (result ?? {}) as Partial<Closable>;
  if (typeof close !== "function") return;
  Promise.resolve(close.call(result)).catch(() => {});
}
