import { spawn } from "node:child_process";
import module from "node:module";
import { fileURLToPath } from "node:url";
import { host } from "../internal/host.ts";
import { patchAll } from "../monkey/patch.ts";
import type { RunCommand } from "./run-command.ts";

/**
 * Runs a script patched, and otherwise as without fibril: as the main module, with
 * its arguments, its exit code and its signals.
 */
export function runScript(command: RunCommand): void {
  if (host.runtime === "node") runHere(command);
  else runInChild(command);
}

/** Half as long as to start Node once more, and nothing stands between the program and its terminal. */
function runHere({ script, args, patches }: RunCommand): void {
  process.argv.splice(1, process.argv.length, script, ...args);
  patchAll(patches);
  // What `node script` calls.
  (module as unknown as { runMain(): void }).runMain();
}

/** Deno and Bun have only one main module in a process. */
function runInChild({ script, args, patches }: RunCommand): void {
  const ending = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const auto = new URL(`../monkey/auto.${ending}`, import.meta.url);
  const before =
    host.runtime === "deno"
      ? ["run", "--allow-all", "--preload", auto.href]
      : ["--preload", fileURLToPath(auto)];
  const child = spawn(process.execPath, [...process.execArgv, ...before, script, ...args], {
    stdio: "inherit",
    env: { ...process.env, FIBRIL_PATCH: JSON.stringify(patches) },
  });
  for (const signal of FORWARDED) process.on(signal, () => forward(signal, child.pid));
  child.once("exit", (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

const FORWARDED = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR2"] as const;

/** What a terminal sends goes to all that it runs: the program has had it. */
const OF_TERMINAL: readonly string[] = ["SIGINT", "SIGQUIT"];

function forward(signal: (typeof FORWARDED)[number], pid: number | undefined): void {
  if (pid === undefined || (process.stdin.isTTY && OF_TERMINAL.includes(signal))) return;
  process.kill(pid, signal);
}
