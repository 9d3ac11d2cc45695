/**
 * The code blocks of the documents and of the doc comments, as programs.
 *
 * A block is fenced as `ts`; words after that change what is done with it:
 * `no-run` (only type-checked), `fails` (has to end with an error), `node` or `deno` (only there).
 * What it has to print stands in a `text` block directly below, or line by line in its comments
 * `// -> ...` (in any order: they stand beside the code, and fibers do not run from top to bottom).
 */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/toolchain.ts";
import { modulesOf, read } from "./sources.ts";

export interface Block {
  readonly file: string;
  /** The line of the first line of code. */
  readonly line: number;
  readonly code: string;
  readonly words: readonly string[];
  readonly output: ExpectedOutput | undefined;
}

export type ExpectedOutput =
  | { readonly exactly: string }
  | { readonly linesInAnyOrder: readonly string[] };

export function allBlocks(): Block[] {
  const documents = ["README.md", "CONTRIBUTING.md", ...markdownFiles()];
  const sources = modulesOf("src").filter((file) => !file.startsWith("src/examples/"));
  return [
    ...documents.flatMap((file) => blocksOf(file, read(file))),
    ...sources.flatMap((file) => blocksOf(file, commentsOnly(read(file)))),
  ];
}

/** Shell lines of the documents. */
export function shellBlocks(file: string): string[] {
  return fences(read(file))
    .filter(({ words }) => words[0] === "sh")
    .map(({ code }) => code.trim());
}

/** `using` is a syntax error on Node 22. */
export function needsDisposal(block: Block): boolean {
  return /\busing\s+\w+\s*=/.test(block.code);
}

export interface WrittenBlocks {
  readonly folder: string;
  fileOf(block: Block): string;
  remove(): void;
}

/**
 * Writes each block to a file of its own below the repository, where `fibril` and `effect` are found,
 * at the line that it has in its document: errors then name the place to mend.
 */
export function writeBlocks(blocks: readonly Block[]): WrittenBlocks {
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache/blocks-"));
  const fileOf = (block: Block): string =>
    join(folder, `${block.file.replaceAll("/", "-")}-${block.line}.ts`);
  for (const block of blocks) {
    writeFileSync(fileOf(block), "\n".repeat(block.line - 1) + block.code);
  }
  return { folder, fileOf, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function markdownFiles(): string[] {
  if (!existsSync(join(root, "docs"))) return [];
  return readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file))
    .sort();
}

function blocksOf(file: string, text: string): Block[] {
  const found = fences(text);
  return found.flatMap((fence, index) => {
    if (fence.words[0] !== "ts") return [];
    const output = expectedOutput(fence, found[index + 1]);
    return [{ file, line: fence.line, code: fence.code, words: fence.words.slice(1), output }];
  });
}

function expectedOutput(fence: Fence, next: Fence | undefined): ExpectedOutput | undefined {
  if (next?.words[0] === "text" && next.followsDirectly) return { exactly: next.code };
  const lines = [...fence.code.matchAll(/\/\/ -> (.*)$/gm)].map((match) => match[1] ?? "");
  return lines.length > 0 ? { linesInAnyOrder: lines } : undefined;
}

interface Fence {
  readonly words: readonly string[];
  readonly line: number;
  readonly code: string;
  /** Only blank lines lie between it and the fence above. */
  readonly followsDirectly: boolean;
}

function fences(text: string): Fence[] {
  const found: Fence[] = [];
  let open: { words: string[]; line: number; indent: number; code: string[] } | undefined;
  let between = "";
  for (const [index, line] of text.split("\n").entries()) {
    const mark = /^(\s*)```(.*)$/.exec(line);
    if (open === undefined && mark !== null) {
      const words = (mark[2] ?? "").trim().split(/\s+/);
      open = { words, line: index + 2, indent: mark[1]?.length ?? 0, code: [] };
    } else if (open !== undefined && mark !== null) {
      const code = `${open.code.join("\n")}\n`;
      found.push({ words: open.words, line: open.line, code, followsDirectly: !between.trim() });
      open = undefined;
      between = "";
    } else if (open !== undefined) {
      open.code.push(line.slice(open.indent));
    } else {
      between += line;
    }
  }
  return found;
}

/** A source with everything blank but its doc comments, whose margin is gone; lines keep their place. */
function commentsOnly(source: string): string {
  let inside = false;
  return source
    .split("\n")
    .map((line) => {
      const trimmed = line.trim();
      if (!inside && trimmed.startsWith("/**")) inside = true;
      if (!inside) return "";
      if (trimmed.endsWith("*/")) inside = false;
      return trimmed.replace(/^\/?\*+\/? ?/, "");
    })
    .join("\n");
}
