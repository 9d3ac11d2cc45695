import { blockingCall } from "./blocking.ts";
import { builtin } from "./builtin.ts";
import { callbackCall } from "./callback-call.ts";
import { openCall, openingCall } from "./file-handle.ts";
import type { HostFunction } from "./function-shape.ts";
import { closeQuietly } from "./keep-open.ts";
import { closed, destroyed, ownThing } from "./own-thing.ts";
import { PatchedModule } from "./patched-module.ts";
import { type CallKind, promiseCall, type SignalPlace } from "./promise-call.ts";
import { iteratorCall } from "./signalled-iterator.ts";
import { steppingCall } from "./stepping-iterator.ts";
import { watchFileCall } from "./watch-file.ts";

type Functions = Record<string, HostFunction>;

/** Files: a call that is under way ends with its fiber; what it opens too late is closed. */
export const fsModule: PatchedModule = new PatchedModule("fs", (module) => {
  const fs = builtin<Functions>("fs");
  const promises = builtin<Functions>("fs/promises");
  module.replace(promises, "open", openCall(module));
  module.replace(promises, "opendir", openingCall(labelOf("opendir")));
  module.replace(promises, "glob", steppingCall("fs.glob"));
  module.replace(promises, "watch", iteratorCall({ at: 1, orEncoding: true }));
  for (const name of promisedNames(promises)) {
    module.replace(promises, name, promiseCall(fileCall(name)));
  }
  module.replace(
    fs,
    "open",
    callbackCall(([error, descriptor]) => !error && fs["close"]?.(descriptor, () => {})),
  );
  for (const sync of Object.keys(fs).filter((key) => key.endsWith("Sync"))) {
    const name = sync.slice(0, -"Sync".length);
    // What has a synchronous twin takes a callback.
    module.replace(fs, name, callbackCall());
    module.replace(fs, sync, blockingCall(`fs.${sync}`, yielding(name)));
  }
  const { realpathSync, Dir } = fs;
  if (realpathSync !== undefined) {
    const native = blockingCall("fs.realpathSync.native", "fs.promises.realpath");
    module.replace(realpathSync, "native", native);
  }
  for (const name of ["read", "close"]) {
    module.replace(Dir?.prototype, `${name}Sync`, blockingCall(`Dir.${name}Sync`, `Dir.${name}`));
  }
  module.replaceAll(fs, ["createReadStream", "createWriteStream"], ownThing(destroyed));
  module.replace(fs, "watch", ownThing(closed));
  module.replace(fs, "watchFile", watchFileCall(fs["unwatchFile"] as HostFunction));
});

/** What to call in the place of a synchronous function: those of a descriptor are a FileHandle's. */
function yielding(name: string): string {
  if (name === "exists") return "fs.promises.access";
  if (name === "openAsBlob") return "fs.openAsBlob";
  const [, ofHandle] = HANDLE_CALLS.exec(name) ?? [];
  return ofHandle === undefined ? `fs.promises.${name}` : `FileHandle.${ofHandle}`;
}

const HANDLE_CALLS =
  /^(?:f(?=chmod|chown|datasync|stat|sync|truncate|utimes)|(?=close|readv?$|writev?$))(\w+)$/;

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
    label: labelOf(name),
    options: SIGNALS[name],
    discard: closeQuietly,
  };
}

const labelOf =
  (name: string) =>
  ([path]: readonly unknown[]): string =>
    `fs.${name} ${isPath(path) ? path : "(a file)"}`;

const isPath = (path: unknown): path is string | URL =>
  typeof path === "string" || path instanceof URL;
