import { blockingCall } from "./blocking.ts";
import { builtin } from "./builtin.ts";
import { callbackCall } from "./callback-call.ts";
import { closeQuietly, openCall } from "./file-handle.ts";
import type { HostFunction } from "./function-shape.ts";
import { closed, destroyed, ownThing } from "./own-thing.ts";
import { PatchedModule } from "./patched-module.ts";
import { type CallKind, promiseCall, type SignalPlace } from "./promise-call.ts";
import { iteratorCall } from "./signalled-iterator.ts";

type Functions = Record<string, HostFunction>;

/** Files: a call that is under way ends with its fiber; what it opens too late is closed. */
export const fsModule: PatchedModule = new PatchedModule("fs", (module) => {
  const fs = builtin<Functions>("fs");
  const promises = builtin<Functions>("fs/promises");
  module.replace(promises, "open", openCall(module));
  module.replace(promises, "watch", iteratorCall({ at: 1, orEncoding: true }));
  for (const name of promisedNames(promises)) {
    module.replace(promises, name, promiseCall(fileCall(name)));
  }
  module.replace(
    fs,
    "open",
    callbackCall(([error, descriptor]) => !error && fs["close"]?.(descriptor, () => {})),
  );
  for (const name of Object.keys(fs)) {
    // What has a synchronous twin takes a callback.
    if (typeof fs[`${name}Sync`] !== "function") continue;
    module.replace(fs, name, callbackCall());
    module.replace(fs, `${name}Sync`, blockingCall(`fs.${name}Sync`, yielding(name)));
  }
  module.replaceAll(fs, ["createReadStream", "createWriteStream"], ownThing(destroyed));
  module.replace(fs, "watch", ownThing(closed));
});

/** What to call in the place of a synchronous function. */
function yielding(name: string): string {
  return `fs.promises.${name === "exists" ? "access" : name}`;
}

/** Those that give a promise. */
export function promisedNames(promises: object): string[] {
  const others = ["constants", "glob", "watch"];
  return Object.keys(promises).filter((name) => !others.includes(name));
}

/** Those that take a signal. */
const SIGNALS: Readonly<Record<string, SignalPlace>> = {
  readFile: { at: 1, orEncoding: true },
  writeFile: { at: 2, orEncoding: true },
  appendFile: { at: 2, orEncoding: true },
};

/** What is known of `fs.promises[name]`. */
export function fileCall(name: string): CallKind<unknown> {
  return {
    label: ([path]) => `fs.${name} ${isPath(path) ? path : "(a file)"}`,
    options: SIGNALS[name],
    discard: closeQuietly,
  };
}

const isPath = (path: unknown): path is string | URL =>
  typeof path === "string" || path instanceof URL;
