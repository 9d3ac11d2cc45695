import { describe, expect, test } from "vitest";
import { entries, sourceOf } from "../harness/built.ts";
import { importsOf, modulesOf, resolveImport } from "../harness/sources.ts";

/** Imports go from right to left only. */
const layers = [
  "internal",
  "scheduler",
  "fiber",
  "sync",
  "net",
  "process",
  "cluster",
  "monkey",
] as const;

/** Folders beside the chain, with the rightmost layer that they may use. */
const beside: Readonly<Record<string, (typeof layers)[number]>> = {
  inspect: "sync",
  testing: "sync",
  faces: "monkey",
  cli: "monkey",
};

/** Which may use a folder beside the chain: tests print what inspection sees, and processes tell it each other. */
const friends: Readonly<Record<string, string>> = { testing: "inspect", process: "inspect" };

/** `src/mod.ts`, and entries with a folder of their own that hold nothing but names. */
const ENTRY = "an entry";
const entryFiles = new Set(entries.map(sourceOf));

const sources = modulesOf("src");
const library = sources.filter((file) => folderOf(file) !== "examples");

describe("layers", () => {
  test("every source folder has its place", () => {
    const known = [ENTRY, "examples", ...layers, ...Object.keys(beside)];
    expect(sources.map(folderOf).filter((folder) => !known.includes(folder))).toEqual([]);
  });

  test("a module imports its own layer or one to its left, types included", () => {
    const wrong = library.flatMap((file) =>
      localImports(file)
        .filter((target) => !mayImport(folderOf(file), folderOf(target)))
        .map((target) => `${file} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test("no module imports itself through others, types included", () => {
    expect(library.flatMap((file) => cycleThrough(file))).toEqual([]);
  });

  test("the library never imports itself by name", () => {
    const wrong = library.filter((file) => importsOf(file).some(isOwnEntry));
    expect(wrong).toEqual([]);
  });

  test("examples use public entry points only", () => {
    const wrong = sources
      .filter((file) => folderOf(file) === "examples")
      .flatMap((file) =>
        localImports(file)
          .filter((target) => folderOf(target) !== "examples")
          .map((target) => `${file} imports ${target}`),
      );
    expect(wrong).toEqual([]);
  });

  test("effect is imported by sub-path, because its barrel takes 200 ms to load", () => {
    const barrels = ["effect", "@effect/platform-node", "@effect/platform-node-shared"];
    const wrong = library.filter((file) =>
      importsOf(file).some(({ specifier, typeOnly }) => !typeOnly && barrels.includes(specifier)),
    );
    expect(wrong).toEqual([]);
  });
});

function mayImport(from: string, to: string): boolean {
  // An entry file only names exports. Nothing imports one: that would go round through everything.
  if (to === ENTRY || to === "examples") return false;
  if (from === ENTRY || from === to || friends[from] === to) return true;
  const position = (layers as readonly string[]).indexOf(to);
  const limit = (layers as readonly string[]).indexOf(beside[from] ?? from);
  return position !== -1 && position <= limit;
}

function folderOf(file: string): string {
  const folder = file.split("/")[1] ?? "";
  const placed = (layers as readonly string[]).includes(folder) || folder in beside;
  return entryFiles.has(file) && !placed ? ENTRY : folder;
}

/** Known once: the search for cycles asks for each module's as often as there are modules. */
const known = new Map<string, string[]>();

function localImports(file: string): string[] {
  const imports =
    known.get(file) ??
    importsOf(file).flatMap(({ specifier }) => resolveImport(file, specifier) ?? []);
  known.set(file, imports);
  return imports;
}

function isOwnEntry({ specifier }: { readonly specifier: string }): boolean {
  return specifier === "fibril" || specifier.startsWith("fibril/");
}

/** The way from a module back to itself, if there is one. */
function cycleThrough(start: string): string[] {
  const seen = new Set<string>();
  const paths = [[start]];
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    for (const target of localImports(path[path.length - 1] ?? start)) {
      if (target === start) return [[...path, start].join(" -> ")];
      if (seen.has(target)) continue;
      seen.add(target);
      paths.push([...path, target]);
    }
  }
  return [];
}
