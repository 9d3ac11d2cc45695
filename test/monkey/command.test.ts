import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { root, runtimes } from "../../scripts/toolchain.ts";
import { runOk } from "../harness/run.ts";

const source = (file: string): string => JSON.stringify(pathToFileURL(join(root, file)).href);

const COMMAND = `
import { later } from "library";
import { sleep, spawn } from ${source("src/mod.ts")};
import { patchAll } from ${source("src/monkey/mod.ts")};
patchAll();
const fiber = spawn(async () => {
  setTimeout(() => console.log("the command's"), 5);
  later(() => console.log("the library's"));
  await sleep("1 minute");
});
await sleep(0);
await fiber.kill();
`;

test("a command that lies among the packages is the program, what it uses is not", async () => {
  const folder = fs.mkdtempSync(join(tmpdir(), "fibril-monkey-"));
  const write = (path: string, text: string): string => {
    const file = join(folder, "node_modules", path);
    fs.mkdirSync(join(file, ".."), { recursive: true });
    fs.writeFileSync(file, text);
    return file;
  };
  write("library/index.mjs", "export const later = (task) => setTimeout(task, 5);");
  write("library/package.json", '{ "exports": "./index.mjs" }');
  const command = write("@tools/command/bin.mjs", COMMAND);
  const link = join(folder, "node_modules", ".bin", "command");
  fs.mkdirSync(join(link, ".."));
  fs.symlinkSync(command, link);
  for (const file of [command, link]) {
    const { stdout } = await runOk(runtimes.node, ["--conditions=fibril-source", file]);
    expect(stdout).toBe("the library's\n");
  }
  fs.rmSync(folder, { recursive: true });
});
