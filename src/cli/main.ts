import { readFileSync } from "node:fs";
import { runScript } from "./run.ts";
import { type RunCommand, readRunCommand } from "./run-command.ts";
import { UsageError } from "./usage-error.ts";

const USAGE = `Usage: fibril run [options] script [args...]

Runs a script with the host's calls patched, as after patchAll() in its first line.

  --no-<name>                 leave <name> unpatched
  --<name>                    patch only the names that are given
  --blocking <mode>           of calls that block every fiber: report, throw or ignore
  --max-blocking-time <time>  how long a fiber may block the others: milliseconds, or off

Names: atomics, child-process, crypto, deno, dgram, dns, fetch, fs, http, net, readline,
stdin, timers, tls, zlib

  fibril --help               show this
  fibril --version            show the version
`;

/** What a shell takes for a command that was called wrongly. */
const USAGE_CODE = 2;

/** The command line of fibril, without the runtime and the name of the command. */
export function main(args: readonly string[]): void {
  const [command = "--help", ...rest] = args;
  if (command === "--help" || command === "-h") console.log(USAGE.trimEnd());
  else if (command === "--version" || command === "-v") console.log(version());
  else if (command === "run" && isHelp(rest)) console.log(USAGE.trimEnd());
  else start(command, rest);
}

function start(command: string, rest: readonly string[]): void {
  let run: RunCommand;
  try {
    if (command !== "run") throw new UsageError(`Unknown command "${command}"`);
    run = readRunCommand(rest);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\nTry "fibril --help"`);
    process.exitCode = USAGE_CODE;
    return;
  }
  runScript(run);
}

function isHelp([first]: readonly string[]): boolean {
  return first === "--help" || first === "-h";
}

/** The package's, two folders above this module, in the sources as in the build. */
function version(): string {
  const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { readonly version: string }).version;
}
