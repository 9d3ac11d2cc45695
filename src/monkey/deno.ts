import { blockingCall } from "./blocking.ts";
import { ownCommand, ownOutput, ownProcess } from "./deno-command.ts";
import { closing, ownClosable, ownConnection } from "./deno-resource.ts";
import { openingCall } from "./file-handle.ts";
import type { HostFunction } from "./function-shape.ts";
import { PatchedModule } from "./patched-module.ts";
import { type CallKind, promiseCall, type SignalPlace } from "./promise-call.ts";
import { steppingCall } from "./stepping-iterator.ts";

type Class = HostFunction & { readonly prototype: Record<string, HostFunction> };
type Functions = Record<string, HostFunction>;

/** Deno's own API; other hosts have none. */
export const denoModule: PatchedModule = new PatchedModule("deno", (module) => {
  const { Deno } = globalThis as unknown as { readonly Deno?: Functions };
  if (Deno === undefined) return;
  for (const name of Object.keys(Deno).filter((each) => hasTwin(Deno, each))) {
    module.replace(Deno, `${name}Sync`, blockingCall(`Deno.${name}Sync`, `Deno.${name}`));
    if (!APART.has(name)) module.replace(Deno, name, promiseCall(denoCall(name)));
  }
  for (const name of ["open", "create"]) {
    module.replace(
      Deno,
      name,
      openingCall((args) => denoCall(name).label(args, undefined)),
    );
  }
  module.replace(Deno, "readDir", steppingCall("Deno.readDir"));
  module.replace(Deno, "resolveDns", promiseCall(denoCall("resolveDns")));
  module.replaceAll(Deno, ["connect", "connectTls"], (original) =>
    ownConnection(denoCall(original.name), original),
  );
  module.replaceAll(
    Deno,
    ["listen", "listenTls", "listenDatagram", "watchFs"],
    ownClosable(closing),
  );
  module.replace(
    Deno,
    "serve",
    ownClosable((server) => void server.shutdown?.()),
  );
  patchClasses(module, Deno["FsFile"] as Class, Deno["Command"] as Class);
  module.replace(Deno, "Command", ownCommand);
});

/** These give what lasts: a file, an async iterable. */
const APART = new Set(["create", "open", "readDir"]);

function hasTwin(target: Functions, name: string): boolean {
  return typeof target[`${name}Sync`] === "function" && typeof target[name] === "function";
}

function patchClasses(module: PatchedModule, file: Class, command: Class): void {
  const { prototype } = file;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    // A getter would ask for a file.
    const { value } = Object.getOwnPropertyDescriptor(prototype, `${name}Sync`) ?? {};
    if (value === undefined) continue;
    const label = () => `FsFile.${name}`;
    module.replace(prototype, name, promiseCall({ label }));
    module.replace(prototype, `${name}Sync`, blockingCall(`FsFile.${name}Sync`, `FsFile.${name}`));
  }
  module.replace(command.prototype, "spawn", ownProcess);
  module.replace(command.prototype, "output", ownOutput);
  const instead = "Deno.Command.output";
  module.replace(command.prototype, "outputSync", blockingCall(`${instead}Sync`, instead));
}

/** Those that take a signal. */
const SIGNALS: Readonly<Record<string, SignalPlace>> = {
  connect: { at: 0 },
  readFile: { at: 1 },
  readTextFile: { at: 1 },
  resolveDns: { at: 2 },
  writeFile: { at: 2 },
  writeTextFile: { at: 2 },
};

function denoCall(name: string): CallKind<unknown> {
  return {
    label: ([target]) => `Deno.${name} ${labelOf(target)}`,
    options: SIGNALS[name],
    discard: closing,
  };
}

function labelOf(target: unknown): string {
  if (typeof target !== "object" || target === null) return String(target);
  if (target instanceof URL) return target.href;
  const { hostname = "127.0.0.1", port, path } = target as Record<string, unknown>;
  return port === undefined ? String(path ?? "") : `${hostname}:${port}`;
}
