import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { root, runtimes } from "../../scripts/toolchain.ts";

const program = join(root, "test/monkey/fixtures/stdin.ts");
const onNode = ["--conditions=fibril-source", program];

test.each([
  ["node", runtimes.node, onNode],
  ["node-22", runtimes["node-22"], onNode],
  ["deno", runtimes.deno, ["run", "--quiet", "-A", program]],
] as const)(
  "on %s a program ends although a killed fiber read its standard input",
  async (_name, command, args) => {
    const child = spawn(command, args, { cwd: root, stdio: ["pipe", "pipe", "inherit"] });
    child.stdin.write("hello\n");
    const output = text(child.stdout);
    const [code] = await once(child, "exit");
    child.stdin.destroy();
    expect([code, await output]).toEqual([0, "hello\nsuspended\nkilled\n"]);
  },
);
