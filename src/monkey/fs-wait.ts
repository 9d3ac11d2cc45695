import type * as Host from "node:fs";
import type * as HostPromises from "node:fs/promises";
import type { Wait } from "../fiber/wait.ts";
import { builtin } from "./builtin.ts";
import { callWait, WAITED_FOR, waitFor } from "./call-wait.ts";
import { beginOpen } from "./file-handle.ts";
import { fileCall, promisedNames } from "./fs.ts";
import type { HostFunction } from "./function-shape.ts";
import { originalOf } from "./patched-module.ts";
import type { WaitsOf } from "./wait-types.ts";

type Path = Host.PathLike;
type File = Path | HostPromises.FileHandle;
type Encoding = BufferEncoding | null;
type Encoded = { readonly encoding: BufferEncoding };
type Read = { readonly flag?: Host.OpenMode; readonly signal?: AbortSignal };
type Listing = { readonly recursive?: boolean };

/** `node:fs/promises` with Waits in the place of promises. */
export interface FsWaits
  extends WaitsOf<
    typeof HostPromises,
    "lstat" | "mkdtemp" | "readFile" | "readdir" | "readlink" | "realpath" | "stat" | "watch"
  > {
  lstat(path: Path): Wait<Host.Stats, unknown>;
  lstat(path: Path, options: { readonly bigint: true }): Wait<Host.BigIntStats, unknown>;
  mkdtemp(prefix: string, options?: BufferEncoding | Encoded): Wait<string, unknown>;
  readFile(
    file: File,
    options?: (Read & { readonly encoding?: null }) | null,
  ): Wait<Buffer, unknown>;
  readFile(file: File, options: BufferEncoding | (Read & Encoded)): Wait<string, unknown>;
  readdir(
    path: Path,
    options?: Encoding | (Listing & { readonly withFileTypes?: false }),
  ): Wait<string[], unknown>;
  readdir(
    path: Path,
    options: Listing & { readonly withFileTypes: true },
  ): Wait<Host.Dirent[], unknown>;
  readlink(path: Path, options?: BufferEncoding | Encoded): Wait<string, unknown>;
  realpath(path: Path, options?: BufferEncoding | Encoded): Wait<string, unknown>;
  stat(path: Path): Wait<Host.Stats, unknown>;
  stat(path: Path, options: { readonly bigint: true }): Wait<Host.BigIntStats, unknown>;
}

/**
 * The functions of `node:fs/promises` as Waits: a kill or a timeout of the fiber
 * ends the call where the host can, and closes what is opened too late. Nothing
 * has to be patched.
 *
 * gevent: `gevent.fileobject.FileObject`.
 *
 * @example
 * ```ts
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { spawn } from "fibril";
 * import { fs } from "fibril/monkey";
 *
 * spawn(function* () {
 *   const folder = yield* fs.mkdtemp(join(tmpdir(), "fibril-"));
 *   yield* fs.writeFile(join(folder, "greeting"), "hello");
 *   console.log(yield* fs.readFile(join(folder, "greeting"), "utf8")); // -> hello
 *   yield* fs.rm(folder, { recursive: true });
 * });
 * ```
 */
export const fs: FsWaits = makeWaits() as unknown as FsWaits;

function makeWaits(): object {
  const promises = builtin<Record<string, HostFunction>>("fs/promises");
  const waits = promisedNames(promises).map((name) => {
    const kind = fileCall(name);
    return [name, (...args: unknown[]) => waitFor(kind, promises, name, args)];
  });
  const opening = ["open", "opendir"].map((name) => {
    const { label } = fileCall(name);
    const open = (args: unknown[]) => originalOf(promises[name] as HostFunction)(...args);
    const begin = (args: unknown[]) =>
      callWait((owner) => beginOpen(owner, WAITED_FOR, label(args, undefined), open(args)));
    return [name, (...args: unknown[]) => begin(args)];
  });
  return Object.fromEntries([...waits, ...opening]);
}
