/** What the entry points export, read from freshly made declarations by API Extractor. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { commandScript, readManifest, root } from "./toolchain.ts";

export interface EntryReport {
  /** `fibril`, `fibril/testing` and so on. */
  readonly name: string;
  /** Every export with its signature. */
  readonly signatures: string;
  /** Exported functions, values and classes that can be made whose doc comment has no code block. */
  readonly withoutExample: readonly string[];
}

export function reportAll(): EntryReport[] {
  // Inside the repository, or the declarations would not find `effect`.
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache/api-"));
  try {
    declare(folder);
    return entriesWithDeclarations().map(([name, file]) => report(folder, name, file));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function declare(folder: string): void {
  const args = ["-p", "tsconfig.build.json", "--emitDeclarationOnly", "--outDir", folder];
  const { status } = spawnSync(process.execPath, [commandScript("typescript", "tsc"), ...args], {
    cwd: root,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("Cannot report the API: the sources do not compile");
}

function entriesWithDeclarations(): [name: string, file: string][] {
  return Object.entries(readManifest().exports).flatMap(([entry, target]) => {
    const types = typeof target === "object" ? target["types"] : undefined;
    return types === undefined ? [] : [[`fibril${entry.slice(1)}`, types.replace("./dist/", "")]];
  });
}

function report(folder: string, name: string, file: string): EntryReport {
  const result = Extractor.invoke(configure(folder, file), {
    localBuild: true,
    messageCallback: (message) => {
      if (message.logLevel === ExtractorLogLevel.Error) console.error(message.text);
      message.handled = true;
    },
  });
  if (result.errorCount > 0) throw new Error(`Cannot report the API of "${name}"`);
  const markdown = readFileSync(join(folder, "report.api.md"), "utf8");
  const model = JSON.parse(readFileSync(join(folder, "model.json"), "utf8")) as Model;
  return { name, signatures: codeOf(markdown), withoutExample: withoutExample(model) };
}

function configure(folder: string, file: string): ExtractorConfig {
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, "package.json"),
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(folder, file),
      // API Extractor brings a compiler of its own, which need not know all of our options.
      compiler: { overrideTsconfig: { compilerOptions, files: [join(folder, file)] } },
      apiReport: {
        enabled: true,
        reportFolder: folder,
        reportTempFolder: join(folder, "temp"),
        reportFileName: "report.api.md",
        includeForgottenExports: true,
      },
      docModel: { enabled: true, apiJsonFilePath: join(folder, "model.json") },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: "lf",
    },
  });
}

const compilerOptions = {
  target: "es2024",
  lib: ["es2024", "esnext.disposable"],
  module: "nodenext",
  types: ["node"],
  strict: true,
  skipLibCheck: true,
};

function codeOf(markdown: string): string {
  const code = /```ts\n([\s\S]*)```/.exec(markdown)?.[1] ?? "";
  return code
    .replaceAll(/^\/\/ @public.*\n/gm, "")
    .replace("// (No @packageDocumentation comment for this package)", "")
    .trim();
}

interface Model {
  readonly members: readonly { readonly members: readonly Item[] }[];
}

interface Item {
  readonly kind: string;
  readonly name: string;
  readonly docComment?: string;
  readonly isAbstract?: boolean;
}

function withoutExample(model: Model): string[] {
  const runs = new Set(["Class", "Function", "Variable"]);
  const items = model.members
    .flatMap((entry) => entry.members)
    .filter(({ kind, isAbstract }) => runs.has(kind) && isAbstract !== true);
  // Overloads share a name, and one example.
  const shown = new Set(items.filter((item) => item.docComment?.includes("```ts")).map(nameOf));
  return [...new Set(items.map(nameOf))].filter((name) => !shown.has(name));
}

function nameOf(item: Item): string {
  return item.name;
}
