import { expect, test } from "vitest";
import { Process } from "../../src/process/mod.ts";
import { exitWith } from "./fixtures/in-vitest.ts";

test("a program's own tests may start its processes", async () => {
  const child = new Process({ target: exitWith, args: [5] });
  child.start();
  await child.join();
  expect(child.exitcode).toBe(5);
});
