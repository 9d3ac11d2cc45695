import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../../scripts/toolchain.ts";
import { Running } from "../program/run.ts";
import { type Bundle, bundle } from "./kills/bundle.ts";
import type { Order } from "./kills/run.ts";
import { commandOf } from "./kills/start.ts";

const LIMIT_MS = 150_000;

/** Each place once, half of the scenarios on each runtime; `npm run test:kills` has the rest. */
const orders: readonly (readonly ["node" | "deno", Order])[] = [
  ["node", { seed: 1, half: 0 }],
  ["deno", { seed: 1, half: 1 }],
  ["node", { seed: 1, far: true, only: ["child", "lock"] }],
];

describe("when a process is killed after any of its steps", () => {
  let bundled: Bundle;
  beforeAll(async () => {
    bundled = await bundle();
  }, LIMIT_MS);
  afterAll(() => bundled.remove());

  test.each(orders)(
    "all others go on as they should (%s, %j)",
    async (runtime, order) => {
      const command = commandOf(runtime, bundled.folder, order);
      const { code, lines, stderr } = await new Running(command, { limit: LIMIT_MS }).ended;
      expect({ stderr, code, last: lines.at(-1) }).toEqual({
        stderr: "",
        code: 0,
        last: expect.stringMatching(/^[1-9]\d* kills, and all others went on$/),
      });
    },
    LIMIT_MS + 10_000,
  );

  test("no step is left out", () => {
    const scenarios = join(root, "test/process/kills/scenarios");
    const texts = readdirSync(scenarios).map((file) => readFileSync(join(scenarios, file), "utf8"));
    const missing = pointsIn(join(root, "src/process")).filter(
      (point) => !texts.some((text) => text.includes(`"${point}": `)),
    );
    expect(missing).toEqual([]);
  });
});

/** The points that the sources pass. */
function pointsIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const texts = files
    .filter((file) => file.endsWith(".ts"))
    .map((file) => readFileSync(join(folder, file), "utf8"));
  const calls = texts.flatMap((text) => text.match(/\bfault\?\.\(.*\);/g) ?? []);
  return calls.flatMap((call) => call.match(/[\w.]+(?=")/g) ?? []);
}
