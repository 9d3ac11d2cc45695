import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { effectCompiler, root } from "../../scripts/toolchain.ts";
import { allBlocks, writeBlocks } from "../harness/blocks.ts";
import { run } from "../harness/run.ts";

test("every code block type-checks as strictly as the sources", { timeout: 60_000 }, async () => {
  const blocks = allBlocks();
  const written = writeBlocks(blocks);
  const project = join(written.folder, "tsconfig.json");
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      // A block may declare what the text beside it explains and the code does not use.
      noUnusedLocals: false,
      noUnusedParameters: false,
      typeRoots: [join(root, "node_modules/@types")],
    },
    files: blocks.map(written.fileOf),
    include: [],
  };
  try {
    writeFileSync(project, JSON.stringify(config));
    const { code, stdout } = await run(effectCompiler(), ["-p", project]);
    expect(stdout).toBe("");
    expect(code).toBe(0);
  } finally {
    written.remove();
  }
});
