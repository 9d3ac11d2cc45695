import fs from "node:fs";
import { join } from "node:path";
import { spawn, until } from "fibril";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { thrownBy } from "../harness/virtual.ts";
import { fiberTest, inFibers, loops, numbers, type Steps, unpatched } from "./fibers.ts";
import { plantTree, readTree, temporaryFolder } from "./tree.ts";

const { default: fse } = await import("fs-extra");

let folder: string;
let source: string;

const target = (name: string | number): string => join(folder, String(name));

/** Files and folders made, copied, moved, changed and removed; gives what is there in the end. */
async function work(root: string): Promise<unknown> {
  await fse.copy(source, join(root, "copy"));
  await fse.ensureDir(join(root, "deep/er/still"));
  await fse.move(join(root, "copy/branch-0"), join(root, "deep/er/moved"));
  await fse.outputJson(join(root, "new/settings.json"), { list: [1, 2], nothing: null });
  await fse.outputFile(join(root, "new/text/file.txt"), "text");
  await fse.remove(join(root, "copy/branch-1"));
  await fse.emptyDir(join(root, "new/text"));
  await fse.ensureSymlink(join(root, "new"), join(root, "link"));
  const settings = await fse.readJson(join(root, "link/settings.json"));
  return [settings, await fse.pathExists(join(root, "copy")), readTree(root)];
}

function* workInSteps(root: string): Steps<unknown> {
  return yield* until(work(root));
}

describe("fs-extra", () => {
  beforeAll(() => {
    folder = temporaryFolder("fs-extra");
    source = target("source");
    plantTree(source, 2, 1);
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  fiberTest("does for many fibers what it does without a patch", function* () {
    const plain = yield* until(unpatched(() => work(target("plain"))));
    const same = (result: unknown, name: string) =>
      JSON.parse(JSON.stringify(result).replaceAll(target(name), target("plain")));
    const results = yield* inFibers(
      50,
      (n) => workInSteps(target(n)),
      (n) => work(target(n)),
    );
    for (const [n, result] of results.entries()) expect(same(result, `${n}`)).toEqual(plain);
  });

  fiberTest("a kill at any step disturbs nobody else, and nothing stays open", function* () {
    const fibers = numbers(24).map((n) => spawn(workInSteps, target(`kill ${n}`)));
    for (const [n, fiber] of fibers.entries()) {
      yield* loops(n % 5);
      if (n % 2 === 0) yield* fiber.kill();
    }
    for (const [n, fiber] of fibers.entries()) {
      if (n % 2 === 0) yield* fiber.join();
      else expect(yield* fiber.get()).toContainEqual({ list: [1, 2], nothing: null });
    }
  });

  fiberTest("a package goes on with what a killed fiber asked for", function* () {
    const fiber = spawn(() => until(fse.copy(source, target("whole"))));
    yield* loops(1);
    yield* fiber.kill();
    while (writtenIn(target("whole")).length < 6) yield* loops(1);
    expect(readTree(target("whole"))).toEqual(readTree(source));
  });

  fiberTest("an async body that was killed makes no second call", function* () {
    const [first, second] = [target("first"), target("second")];
    const ended: unknown[] = [];
    const fiber = spawn(async () => {
      await fse.outputFile(first, "1");
      await fs.promises.writeFile(second, "2").catch((error) => ended.push(String(error)));
    });
    yield* loops(0);
    spawn(() => fiber.kill());
    while (ended.length === 0) yield* loops(1);
    expect([fs.existsSync(first), fs.existsSync(second)]).toEqual([true, false]);
  });

  fiberTest("errors are those of an unpatched run", function* () {
    const failures = [
      () => fse.copy(target("nothing"), target("to")),
      () => fse.move(source, join(source, "branch-0/inside")),
      () => fse.readJson(join(source, "leaf.txt")),
      () => fse.move(source, folder),
    ];
    for (const fail of failures) {
      const plain = yield* until(unpatched(() => fail().then(() => "", partsOf)));
      expect(partsOf(yield* thrownBy(until(fail())))).toEqual(plain);
    }
  });
});

/** The texts that have arrived: a file is there, and empty, before what it holds. */
function writtenIn(root: string): readonly string[] {
  const texts = fs.existsSync(root) ? Object.values(readTree(root)) : [];
  return texts.filter((text) => text !== "");
}

function partsOf(error: unknown): unknown {
  const { name, message, code, syscall } = error as NodeJS.ErrnoException;
  return { name, message, code, syscall };
}
