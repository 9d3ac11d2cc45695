import { Buffer } from "node:buffer";
import { isLoaded } from "./classes.ts";
import { decode, encode, GRAPH } from "./codec.ts";

/** Behind the kinds of the codec: the names of modules, as JSON, their length before and an encoded value after. */
const WITH_MODULES = 255;
const HEAD = 5;

/** Thrown where a parcel is opened before the modules of the classes in it are loaded. */
export class ModulesMissing extends Error {
  readonly modules: readonly string[];

  constructor(modules: readonly string[]) {
    super(`Cannot open a message before ${modules.join(" and ")} are loaded`);
    this.modules = modules;
  }
}

/** As `encode`, with the names of the modules that must be loaded where it is opened, if there are some. */
export function wrap(value: unknown, root?: string): Uint8Array {
  const modules = new Set<string>();
  const body = encode(value, modules, root);
  if (modules.size === 0) return body;
  const names = Buffer.from(JSON.stringify([...modules]));
  const head = Buffer.allocUnsafe(HEAD);
  head[0] = WITH_MODULES;
  head.writeUInt32LE(names.length, 1);
  return Buffer.concat([head, names, body]);
}

/** The value of what `wrap` gave; throws ModulesMissing where some are to be loaded before, by `load`. */
export function unwrap(parcel: Uint8Array): unknown {
  if (parcel[0] !== WITH_MODULES) return decode(parcel);
  requireModules(parcel);
  return decode(parcel.subarray(bodyAt(parcel)));
}

/** Throws ModulesMissing as `unwrap` would. */
export function requireModules(parcel: Uint8Array): void {
  if (parcel[0] !== WITH_MODULES) return;
  const missing = modulesOf(parcel).filter((module) => !isLoaded(module) && !tried.has(module));
  if (missing.length > 0) throw new ModulesMissing(missing);
}

/** Whether `unwrap` runs functions of classes. */
export function runsCode(parcel: Uint8Array): boolean {
  return (parcel[0] as number) >= GRAPH;
}

/** Not tried again: where one can't be loaded, the value's own error says which class is missing. */
const tried: Set<string> = new Set();

/** Loads them; never rejects. Only files of this machine: a message must not bring code with it. */
export async function load(modules: readonly string[]): Promise<void> {
  const files = modules.filter((module) => module.startsWith("file:"));
  await Promise.allSettled(files.map((module) => import(module)));
  for (const module of modules) tried.add(module);
}

function modulesOf(parcel: Uint8Array): string[] {
  const names = Buffer.from(
    parcel.buffer,
    parcel.byteOffset + HEAD,
    Math.min(parcel.byteLength, bodyAt(parcel)) - HEAD,
  );
  return JSON.parse(names.toString("utf8"));
}

function bodyAt(parcel: Uint8Array): number {
  return HEAD + new DataView(parcel.buffer, parcel.byteOffset + 1).getUint32(0, true);
}
