// S4-52: lines and characters of all text files of a tree, counted by five workers.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { Pool } from "fibril/process";

interface Counts {
  readonly file: string;
  readonly lines: number;
  readonly characters: number;
}

export async function count(file: string): Promise<Counts> {
  const text = await readFile(file, "utf8");
  const lines = text.split("\n");
  const characters = lines.reduce((sum, line) => sum + line.length, 0);
  return { file, lines: lines.length - 1, characters };
}

function makeTree(): string {
  const root = mkdtempSync(join(tmpdir(), "count-"));
  for (let folder = 0; folder < 4; folder++) {
    mkdirSync(join(root, `folder-${folder}`));
    for (const [name, length] of [
      ["a.txt", 7],
      ["b.10w", 11],
      ["c.png", 100],
    ] as const) {
      writeFileSync(join(root, `folder-${folder}`, name), `${"x".repeat(length)}\n`.repeat(folder));
    }
  }
  return root;
}

if (import.meta.main) {
  const root = makeTree();
  const files = readdirSync(root, { recursive: true, encoding: "utf8" })
    .filter((file) => [".txt", ".10w"].includes(extname(file)))
    .sort();
  const counts = await Pool.use(5, (pool) =>
    pool.map(
      count,
      files.map((file) => join(root, file)),
    ),
  );
  const report = counts.map(({ file, lines, characters }) => {
    return `${file.slice(root.length + 1)} lines:${lines} characters:${characters}\n`;
  });
  writeFileSync(join(root, "res.txt"), report.join(""));
  console.log(readFileSync(join(root, "res.txt"), "utf8").trimEnd());
  rmSync(root, { recursive: true });
}
