import { spawn, spawnSync } from "node:child_process";
import { root } from "../scripts/toolchain.ts";

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

/** A workload that takes longer than this hangs. */
const LIMIT_MS = 5 * 60_000;

/** What a command that ends well prints, without the white space around it; else undefined. */
export function outputOf([program, ...args]: Command): string | undefined {
  const { status, stdout } = spawnSync(program, args, { encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

export function succeeds([program, ...args]: Command): boolean {
  return spawnSync(program, args, { stdio: "ignore" }).status === 0;
}

/** Runs a command to its end and gives the lines that it printed; what it complains of is shown. */
export function linesOf([program, ...args]: Command): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const stdio = ["ignore", "pipe", "inherit"] as const;
    const child = spawn(program, args, { cwd: root, stdio: [...stdio], timeout: LIMIT_MS });
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve(output.split("\n").filter((line) => line !== ""));
      else reject(new Error(`${[program, ...args].join(" ")} ended with ${signal ?? code}`));
    });
  });
}
