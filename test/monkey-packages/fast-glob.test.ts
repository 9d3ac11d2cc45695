import fs from "node:fs";
import { relative } from "node:path";
import { spawn, until } from "fibril";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { fiberTest, inFibers, loops, numbers, type Steps, unpatched } from "./fibers.ts";
import { plantTree, temporaryFolder } from "./tree.ts";

const { default: glob } = await import("fast-glob");

let folder: string;
let files: string[];

const PATTERNS = ["**/*.txt", "branch-*/*.json", "!branch-1/**"];

const find = async (): Promise<string[]> => (await glob(PATTERNS, { cwd: folder })).sort();

async function findByStream(): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob.stream(PATTERNS, { cwd: folder })) found.push(String(file));
  return found.sort();
}

describe("fast-glob", () => {
  beforeAll(() => {
    folder = temporaryFolder("glob");
    files = plantTree(folder, 4, 3);
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  fiberTest("finds for many fibers what it finds without a patch", function* () {
    const plain = yield* until(unpatched(find));
    expect(plain.length).toBeGreaterThan(60);
    const generator = function* (): Steps<string[]> {
      return (yield* until(find())) as string[];
    };
    const results = yield* inFibers(50, generator, findByStream);
    for (const result of results) expect(result).toEqual(plain);
  });

  fiberTest("a kill at any step leaves the others with all that they look for", function* () {
    const fibers = numbers(40).map((n) => spawn(n % 2 === 0 ? find : findByStream));
    for (const [n, fiber] of fibers.entries()) {
      yield* loops(n % 4);
      if (n % 3 !== 0) yield* fiber.kill();
    }
    const plain = yield* until(unpatched(find));
    for (const [n, fiber] of fibers.entries()) {
      yield* fiber.join();
      if (n % 3 === 0) expect(yield* fiber.get()).toEqual(plain);
    }
  });

  fiberTest("a walk through everything gives each file once", function* () {
    const found = yield* until(glob("**", { cwd: folder, stats: true }));
    const names = (found as { path: string; stats?: fs.Stats }[]).map(({ path }) => path);
    expect(names.sort()).toEqual(files.map((file) => relative(folder, file)).sort());
  });
});
