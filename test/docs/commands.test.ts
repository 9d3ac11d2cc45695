import { describe, expect, test } from "vitest";
import { readManifest } from "../../scripts/toolchain.ts";
import { shellBlocks } from "../harness/blocks.ts";

const scripts = Object.keys(readManifest().scripts);

describe("shell blocks", () => {
  test("the README tells how to try it, one command a block", () => {
    const blocks = shellBlocks("README.md");
    expect(blocks).toContain("npm install && npm start");
    expect(blocks).toContain("npm install && npm test");
  });

  test.each(["README.md", "CONTRIBUTING.md"])("%s names scripts that exist", (file) => {
    const named = shellBlocks(file).flatMap((block) =>
      [...block.matchAll(/\bnpm (?:run )?(start|test|(?<=run )[\w:-]+)/g)].map(
        (match) => match[1] ?? "",
      ),
    );
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });
});
