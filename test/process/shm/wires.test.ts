import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { Bell, ringing } from "../../../src/process/shm/bell.ts";
import { bellName } from "../../../src/process/shm/bell-name.ts";
import { CELL_WORDS, KINDS_CELL } from "../../../src/process/shm/layout.ts";
import { ProcessTable } from "../../../src/process/shm/process-table.ts";
import { Wires } from "../../../src/process/shm/wires.ts";

/** Process ids that no system gives. */
const [FIRST, SECOND] = [8_000_001, 8_000_002];

const descriptors = () => readdirSync("/proc/self/fd").length;

test("a wire to a process that somebody else has cleared up after is cut when the next one is made", () => {
  const segment = randomBytes(16).toString("hex");
  const table = new ProcessTable(new Int32Array(KINDS_CELL * CELL_WORDS));
  const deaf = { rung() {}, greeted() {}, closed() {} };
  const bells = [FIRST, SECOND].map((pid) => Bell.listen(bellName(segment, pid), deaf));
  const wires = new Wires(segment, table);
  const slot = table.claim(FIRST);
  table.claim(SECOND);
  const before = descriptors();
  expect(wires.send(FIRST, ringing)).toBe(true);
  expect(descriptors()).toBe(before + 1);
  table.release(slot);
  expect(wires.send(SECOND, ringing)).toBe(true);
  expect(descriptors()).toBe(before + 1);
  wires.cutAll();
  for (const bell of bells) bell.close();
});
