import { join } from "node:path";
import { runtimes } from "../scripts/toolchain.ts";
import { type Command, outputOf } from "./command.ts";

/** A JavaScript runtime, and how it runs a TypeScript file of this folder. */
export interface Runtime {
  readonly name: "node" | "deno" | "bun";
  readonly title: string;
  readonly version: string;
  run(file: string, ...args: readonly string[]): Command;
}

const here = (file: string): string => join(import.meta.dirname, file);
const version = (program: string, code: string): string => outputOf([program, "-p", code]) ?? "?";

/** Every one with its garbage collector at hand, and fibril from its sources. */
const all: readonly Runtime[] = [
  {
    name: "node",
    title: "Node",
    version: version(runtimes.node, "process.versions.node"),
    run: (file, ...args) => [
      runtimes.node,
      ...["--conditions=fibril-source", "--expose-gc", here(file)],
      ...args,
    ],
  },
  {
    name: "deno",
    title: "Deno",
    version: outputOf([runtimes.deno, "eval", "console.log(Deno.version.deno)"]) ?? "?",
    run: (file, ...args) => [
      runtimes.deno,
      ...["run", "--quiet", "--allow-all", "--v8-flags=--expose-gc", here(file)],
      ...args,
    ],
  },
  {
    name: "bun",
    title: "Bun",
    version: version(runtimes.bun, "Bun.version"),
    run: (file, ...args) => [runtimes.bun, "--conditions=fibril-source", here(file), ...args],
  },
];

/** Those named, or every one. */
export function findRuntimes(names: readonly string[]): readonly Runtime[] {
  const unknown = names.find((name) => all.every((each) => each.name !== name));
  if (unknown !== undefined)
    throw new RangeError(`No runtime "${unknown}": there are node, deno, bun`);
  return names.length === 0 ? all : all.filter((each) => names.includes(each.name));
}
