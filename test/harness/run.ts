/** Child processes for tests: everything that a run printed, and a time limit that ends its children too. */

import { spawn } from "node:child_process";
import { root } from "../../scripts/toolchain.ts";
import { plainEnvironment } from "./environment.ts";

export interface Outcome {
  /** `null` when a signal ended it, the time limit's included. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds; a hang shows as a kill and not as a lost test file. */
  readonly limit?: number;
}

export function run(
  command: string,
  args: readonly string[],
  { cwd = root, env = {}, limit = 60_000 }: RunOptions = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    // A process group of its own, so that the limit also ends what the child started.
    const child = spawn(command, args, {
      cwd,
      env: { ...plainEnvironment(), ...env },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    const timer = setTimeout(() => killGroup(child.pid), limit);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout: stdout.text, stderr: stderr.text });
    });
  });
}

/** As `run`, for a command that has to succeed. */
export async function runOk(
  command: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<Outcome> {
  const outcome = await run(command, args, options);
  if (outcome.code === 0) return outcome;
  const line = [command, ...args].join(" ");
  throw new Error(`"${line}" ended with ${outcome.code}:\n${outcome.stdout}\n${outcome.stderr}`);
}

function collect(stream: NodeJS.ReadableStream): { readonly text: string } {
  const collected = { text: "" };
  stream.setEncoding("utf8").on("data", (chunk: string) => {
    collected.text += chunk;
  });
  return collected;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended between the limit and the kill.
  }
}
