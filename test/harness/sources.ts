/** The source files as syntax trees: what a module imports and whether it awaits at its top level. */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { parseSync, Visitor } from "rolldown/utils";
import { root } from "../../scripts/toolchain.ts";

type Program = ReturnType<typeof parseSync>["program"];

export interface Import {
  readonly specifier: string;
  /** Type imports are gone at run time, but count for the layers. */
  readonly typeOnly: boolean;
}

/** Paths of all modules below a folder, relative to the repository. */
export function modulesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.m?ts$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort();
}

export function read(file: string): string {
  return readFileSync(join(root, file), "utf8");
}

export function importsOf(file: string): Import[] {
  const { module, program } = parse(file);
  const imports = module.staticImports.map((statement) => ({
    specifier: statement.moduleRequest.value,
    typeOnly: statement.entries.length > 0 && statement.entries.every((entry) => entry.isType),
  }));
  const reexports = module.staticExports.flatMap((statement) =>
    statement.entries.flatMap((entry) =>
      entry.moduleRequest === null
        ? []
        : [{ specifier: entry.moduleRequest.value, typeOnly: entry.isType }],
    ),
  );
  const text = read(file);
  const dynamic = module.dynamicImports.map(({ moduleRequest: { start, end } }) => ({
    specifier: text.slice(start, end).replace(/^["'`]|["'`]$/g, ""),
    typeOnly: false,
  }));
  return [...imports, ...reexports, ...dynamic, ...inlineTypes(program)];
}

/** `let x: import("./y.ts").Y` */
function inlineTypes(program: Program): Import[] {
  const found: Import[] = [];
  new Visitor({
    TSImportType: (node) => void found.push({ specifier: node.source.value, typeOnly: true }),
  }).visit(program);
  return found;
}

/** A relative specifier as a path of the repository; `undefined` for a package. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  return relative(root, resolve(root, dirname(from), specifier));
}

export function hasTopLevelAwait(file: string): boolean {
  let depth = 0;
  let found = false;
  const enter = (): void => void depth++;
  const leave = (): void => void depth--;
  const look = (): void => {
    if (depth === 0) found = true;
  };
  new Visitor({
    FunctionDeclaration: enter,
    "FunctionDeclaration:exit": leave,
    FunctionExpression: enter,
    "FunctionExpression:exit": leave,
    ArrowFunctionExpression: enter,
    "ArrowFunctionExpression:exit": leave,
    AwaitExpression: look,
    ForOfStatement: (node) => {
      if (node.await) look();
    },
  }).visit(parse(file).program);
  return found;
}

function parse(file: string): ReturnType<typeof parseSync> {
  const parsed = parseSync(file, read(file));
  const [error] = parsed.errors;
  if (error !== undefined) throw new SyntaxError(`${file}: ${error.message}`);
  return parsed;
}
