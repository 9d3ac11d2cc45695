import fs from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audit, patch, patchAll, unpatch } from "fibril/monkey";
import { afterEach, expect, test, vi } from "vitest";

afterEach(unpatch);

test("nothing escapes where nothing is patched", () => {
  expect(audit()).toEqual([]);
});

test("a copy that a CommonJS module or the global object took before is named", () => {
  const folder = fs.mkdtempSync(join(tmpdir(), "fibril-monkey-"));
  const file = join(folder, "holder.cjs");
  fs.writeFileSync(file, 'exports.read = require("fs").readFile; exports.other = 1;');
  createRequire(import.meta.url)(file);
  Object.assign(globalThis, { keptFetch: fetch });
  patchAll();
  const found = audit().filter(({ kind }) => kind === "copy");
  expect(found).toContainEqual({
    kind: "copy",
    original: "fs.readFile",
    holder: fs.realpathSync(file),
    name: "read",
  });
  expect(found).toContainEqual({
    kind: "copy",
    original: "fetch",
    holder: "globalThis",
    name: "keptFetch",
  });
  unpatch();
  expect(audit()).toEqual([]);
  Reflect.deleteProperty(globalThis, "keptFetch");
  fs.rmSync(folder, { recursive: true });
});

test("what somebody else has wrapped since is named", () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const { stat } = fs;
  patch({ fs: true });
  fs.stat = (() => {}) as unknown as typeof stat;
  expect(audit()).toContainEqual({
    kind: "wrapped",
    original: "fs.stat",
    holder: "fs",
    name: "stat",
  });
  unpatch();
  fs.stat = stat;
  warn.mockRestore();
});
