import type { FiberCore } from "../fiber/core.ts";
import type { Starter } from "./belongings.ts";
import { type Closable, closeQuietly, keepOpen } from "./keep-open.ts";
import type { PatchedModule, Replacing } from "./patched-module.ts";
import {
  type Begun,
  type CallKind,
  owning,
  promiseCall,
  type SignalPlace,
} from "./promise-call.ts";

/** `fs.promises.open`: the class of its handles is known from the first one on. */
export function openCall(module: PatchedModule): Replacing {
  return (original) =>
    owning(original, (owner, caller, self, args) => {
      const patching = async (): Promise<Closable> => {
        const handle: Closable = await original.apply(self, args);
        // Not where everything was put back meanwhile.
        if (module.isPatched) patchHandles(module, Object.getPrototypeOf(handle));
        return handle;
      };
      return beginOpen(owner, caller, `fs.open ${String(args[0])}`, patching());
    });
}

/** A function that opens something: what it gives is the fiber's as well. */
export function openingCall(label: CallKind<unknown>["label"]): Replacing {
  return (original) =>
    owning(original, (owner, caller, self, args) =>
      beginOpen(owner, caller, label(args, self), original.apply(self, args)),
    );
}

/** What is about to be opened belongs to `owner`, unless the promise is handed over. */
export function beginOpen(
  owner: FiberCore,
  caller: Starter,
  label: string,
  opening: Promise<Closable>,
): Begun<Closable> {
  let isOwned = true;
  const promise = opening.then((thing) => {
    if (isOwned) keepOpen(owner, caller, thing);
    return thing;
  });
  const detach = (): void => {
    isOwned = false;
  };
  return { promise, ending: { label: () => label, discard: closeQuietly, detach } };
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
