import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { commandScript, runtimes } from "../../scripts/toolchain.ts";
import { entries, requireBuild } from "../harness/built.ts";
import { run, runOk } from "../harness/run.ts";
import { type Consumer, installConsumer } from "./consumer.ts";

const script = `
import { joinAll, sleep, spawn } from "fibril";

function* double(n) {
  yield* sleep(n);
  return n * 2;
}
console.log(await joinAll([spawn(double, 3), spawn(double, 1)]));
`;

const typedScript = `
import { type Fiber, joinAll, sleep, spawn } from "fibril";

function* double(n: number) {
  yield* sleep(n);
  return n * 2;
}
const fiber: Fiber<number> = spawn(double, 3);
const [sum, text] = await joinAll([fiber, spawn(() => "text")]);
const typed: [number, string] = [sum, text];
console.log(typed);

export function neverCalled() {
  // @ts-expect-error a body gets the arguments that it declares
  spawn(double, "3");
}
`;

const patchedScript = `
import { sleep, spawn } from "fibril";
import { patchAll } from "fibril/monkey";
import { Process } from "fibril/process";

export function* work() {
  yield* sleep(200);
  console.log("worked");
}

if (import.meta.main) {
  patchAll();
  const started = new Process({ target: work });
  const fiber = spawn(function* () {
    started.start();
    yield* sleep("1 minute");
  });
  await sleep(0);
  await fiber.kill();
  await started.join();
  console.log(started.exitcode);
}
`;

let consumer: Consumer;

beforeAll(async () => {
  requireBuild();
  consumer = await installConsumer();
}, 180_000);

afterAll(() => consumer?.remove());

describe("the packed package", () => {
  test.each(["node-22", "node", "bun"] as const)("runs in a plain %s project", async (name) => {
    const { stdout } = await runOk(runtimes[name], [consumer.write("main.js", script)], {
      cwd: consumer.folder,
    });
    expect(stdout.replaceAll(/\s/g, "")).toBe("[6,2]");
  });

  test.each(["node-22", "node", "bun"] as const)(
    "knows its own calls when patched, on %s",
    async (name) => {
      const main = consumer.write("owner.js", patchedScript);
      const { stdout, stderr } = await runOk(runtimes[name], [main], { cwd: consumer.folder });
      // A call of the program's would block with a warning, and end with the fiber.
      expect([stdout, stderr]).toEqual(["worked\n0\n", ""]);
    },
  );

  test.each(["node-22", "node", "bun"] as const)("has a command, run by %s", async (name) => {
    const main = consumer.write(
      "patched.js",
      'import { isModulePatched } from "fibril/monkey"; console.log(isModulePatched("fs"));',
    );
    const command = join(consumer.folder, "node_modules/.bin/fibril");
    const { stdout } = await runOk(runtimes[name], [command, "run", main]);
    expect(stdout).toBe("true\n");
  });

  test("runs in a Deno project that uses the installed packages", async () => {
    consumer.write("deno.json", JSON.stringify({ nodeModulesDir: "manual" }));
    const main = consumer.write("main.ts", typedScript);
    const { stdout } = await runOk(runtimes.deno, ["run", "-A", "--check", "--quiet", main], {
      cwd: consumer.folder,
    });
    expect(stdout).toBe('[ 6, "text" ]\n');
  });

  test("has types that a strict TypeScript project accepts", async () => {
    const file = consumer.write("typed.ts", typedScript);
    const options = ["--strict", "--noEmit", "--module", "nodenext", "--target", "es2024"];
    const args = [...options, "--types", "node", "--skipLibCheck", "--ignoreConfig", file];
    const { stdout } = await run(process.execPath, [commandScript("typescript", "tsc"), ...args], {
      cwd: consumer.folder,
    });
    expect(stdout).toBe("");
  });

  test.each(entries)('has "%s"', async (entry) => {
    const main = consumer.write("entry.js", `await import(${JSON.stringify(entry)});`);
    await runOk(runtimes["node-22"], [main], { cwd: consumer.folder });
  });

  // The compiler leaves out the declarations of a module that it has to complain about.
  test("has declarations for every source", async () => {
    const { stdout } = await runOk("tar", ["-tzf", consumer.tarball]);
    const files = stdout.split("\n");
    const sources = files.filter((file) => /^package\/src\/.*\.ts$/.test(file));
    const declared = (file: string) =>
      files.includes(file.replace(/^package\/src/, "package/dist").replace(/\.ts$/, ".d.ts"));
    expect(sources.length).toBeGreaterThan(50);
    expect(sources.filter((file) => !declared(file))).toEqual([]);
  });

  test("passes publint", async () => {
    const args = [commandScript("publint"), consumer.tarball, "--strict"];
    const { code, stdout } = await run(process.execPath, args);
    expect(code, stdout).toBe(0);
  });

  test("passes Are The Types Wrong", async () => {
    const args = [commandScript("@arethetypeswrong/cli", "attw"), consumer.tarball];
    const { code, stdout } = await run(process.execPath, [...args, "--profile", "esm-only"]);
    expect(code, stdout).toBe(0);
  });

  test("holds no example, no test and nothing of the workplace", async () => {
    const { stdout } = await runOk("tar", ["-tzf", consumer.tarball]);
    const folders = new Set(
      stdout
        .trim()
        .split("\n")
        .map((file) => file.split("/")[1]),
    );
    expect([...folders].sort()).toEqual(
      ["CHANGELOG.md", "LICENSE", "README.md", "bin", "dist", "package.json", "src"].sort(),
    );
    expect(stdout).not.toContain("examples/");
  });
});
