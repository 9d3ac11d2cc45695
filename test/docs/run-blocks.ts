import { afterAll, describe, expect, test } from "vitest";
import { allBlocks, type Block, writeBlocks } from "../harness/blocks.ts";
import { run } from "../harness/run.ts";

export interface BlockRuntime {
  readonly name: "node" | "deno";
  command(block: Block): readonly [executable: string, ...args: readonly string[]];
}

/**
 * One process for each block: a block may leave fibers parked, handlers installed or the exit code
 * set, and has to end by itself.
 */
export function runBlocks(runtime: BlockRuntime): void {
  const blocks = allBlocks().filter((block) => runsOn(block, runtime));
  const written = writeBlocks(blocks);
  afterAll(() => written.remove());

  describe(`code blocks on ${runtime.name}`, () => {
    for (const block of blocks) {
      test(`${block.file}:${block.line}`, async () => {
        const [executable, ...args] = runtime.command(block);
        const { code, stdout, stderr } = await run(executable, [...args, written.fileOf(block)], {
          limit: 15_000,
        });
        if (block.words.includes("fails")) expect(code, stderr).not.toBe(0);
        else expect(code, stderr).toBe(0);
        compare(block, stdout);
      });
    }
  });
}

function runsOn(block: Block, runtime: BlockRuntime): boolean {
  const { words } = block;
  if (words.includes("no-run")) return false;
  const only = words.filter((word) => word === "node" || word === "deno");
  return only.length === 0 || only.includes(runtime.name);
}

function compare({ output }: Block, stdout: string): void {
  if (output === undefined) return;
  const printed = sameQuotes(stdout.trimEnd());
  if ("exactly" in output) expect(printed).toBe(sameQuotes(output.exactly.trimEnd()));
  else expect(printed.split("\n").sort()).toEqual(output.linesInAnyOrder.map(sameQuotes).sort());
}

/** Node shows a string inside an array as 'x', Deno as "x". */
function sameQuotes(text: string): string {
  return text.replaceAll("'", '"');
}
