import { describe, expect, test } from "vitest";
import { hasTopLevelAwait, modulesOf, read } from "../harness/sources.ts";

/** A file that is longer holds more than one idea. */
const MAX_LINES = 400;
const MAX_MEDIAN_LINES = 120;

const sources = modulesOf("src");

describe("source files", () => {
  test(`none has more than ${MAX_LINES} lines`, () => {
    expect(sources.filter((file) => lines(file) > MAX_LINES)).toEqual([]);
  });

  test(`the median file has at most ${MAX_MEDIAN_LINES} lines`, () => {
    const sorted = sources.map(lines).sort((a, b) => a - b);
    expect(sorted[sorted.length >> 1] ?? 0).toBeLessThanOrEqual(MAX_MEDIAN_LINES);
  });

  test("the library has no top-level await, which would forbid require()", () => {
    const library = sources.filter((file) => !file.startsWith("src/examples/"));
    expect(library.filter(hasTopLevelAwait)).toEqual([]);
  });
});

function lines(file: string): number {
  return read(file).trimEnd().split("\n").length;
}
