/** The crawler as a user starts it, in a process of its own. */

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));
const runtime = "Deno" in globalThis ? ["run", "--quiet", "-A"] : ["-C", "fibril-source"];

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  /** Ctrl-C. */
  interrupt(): void;
  readonly ended: Promise<Ended>;
}

/** A child that hangs is killed, which shows as a `code` of null. */
export function startCrawler(args: readonly string[], limit = 60_000): Running {
  const child = spawn(process.execPath, [...runtime, "src/examples/crawler.ts", ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: "1", NODE_OPTIONS: "" },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: limit,
    killSignal: "SIGKILL",
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
  // Not child.kill: after that Deno reports the signal, even if the child ends with a code.
  return { interrupt: () => child.pid !== undefined && process.kill(child.pid, "SIGINT"), ended };
}

export function runCrawler(...args: readonly string[]): Promise<Ended> {
  return startCrawler(args).ended;
}

export async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "fibril-crawler-"));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
