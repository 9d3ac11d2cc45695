/** A fixture as a program of its own, on any of the runtimes, with a watchdog. */

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root, runtimes } from "../../scripts/toolchain.ts";
import { plainEnvironment } from "../harness/environment.ts";

export type Runtime = "node" | "node-22" | "deno" | "bun";

export const everywhere: readonly Runtime[] = ["node", "node-22", "deno", "bun"];

/** For what does not touch the host: the older Node would do the same. */
export const current: readonly Runtime[] = ["node", "deno", "bun"];

/** How a program is started on a runtime, before its file. */
export const commands: Readonly<Record<Runtime, readonly string[]>> = {
  node: [runtimes.node, "-C", "fibril-source"],
  "node-22": [runtimes["node-22"], "-C", "fibril-source", "--experimental-strip-types"],
  deno: [runtimes.deno, "run", "--quiet", "-A", "--config", join(root, "deno.json")],
  bun: [runtimes.bun, "--conditions=fibril-source"],
};

/** A program that runs longer hangs: a fixture takes a second, a loaded machine makes five of it. */
const LIMIT_MS = 15_000;

/** How a program ended. */
export interface Ended {
  /** `null` when a signal ended it. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What it printed on standard output, line by line. */
  readonly lines: readonly string[];
  /** From its start to its end. */
  readonly millis: number;
}

export interface StartOptions {
  /** In place of the runtime's usual command line. */
  readonly command?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly limit?: number;
}

/** A program that runs. */
export class Running {
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #what: string;
  #stdout = "";
  #stderr = "";
  #isHung = false;
  #listeners: (() => void)[] = [];

  constructor(command: readonly string[], options: StartOptions) {
    const { cwd = root, env = {}, limit = LIMIT_MS } = options;
    const [file, ...args] = command as readonly [string, ...string[]];
    this.#what = command.join(" ");
    const began = performance.now();
    this.#child = spawn(file, args, {
      cwd,
      env: { ...plainEnvironment(), ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#stdout += text;
      for (const listener of this.#listeners) listener();
    });
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    const watchdog = setTimeout(() => {
      this.#isHung = true;
      this.signal("SIGKILL");
    }, limit);
    this.ended = new Promise((resolve, reject) => {
      this.#child.once("error", reject);
      this.#child.once("close", (code, signal) => {
        clearTimeout(watchdog);
        const [stdout, stderr] = [this.#stdout, this.#stderr];
        const lines = stdout.split("\n").filter((line) => line !== "");
        const millis = performance.now() - began;
        if (this.#isHung) reject(this.#hung());
        else resolve({ code, signal, stdout, stderr, lines, millis });
      });
    });
    // The test may look at it only later, or fail before.
    this.ended.catch(() => {});
  }

  /** Not `child.kill`: after that Deno reports the signal even if the child ends with a code. */
  signal(name: NodeJS.Signals): void {
    if (this.#child.pid === undefined || this.#child.exitCode !== null) return;
    try {
      process.kill(this.#child.pid, name);
    } catch {
      // It ended in this moment.
    }
  }

  /** Waits until it has printed `text`; gives the rest of that line. */
  async printed(text: string): Promise<string> {
    const isOver = this.ended.then(
      (ended) => Promise.reject(new Error(`Ended without "${text}": ${JSON.stringify(ended)}`)),
      (error) => Promise.reject(error),
    );
    const isPrinted = new Promise<string>((resolve) => {
      const look = () => {
        const line = this.#stdout
          .split("\n")
          .slice(0, -1)
          .find((each) => each.includes(text));
        if (line !== undefined) resolve(line.slice(line.indexOf(text) + text.length).trim());
      };
      this.#listeners.push(look);
      look();
    });
    return await Promise.race([isPrinted, isOver]);
  }

  #hung(): Error {
    return new Error(`hung: ${this.#what}\n${this.#stdout}\n${this.#stderr}`);
  }
}

/** Starts test/program/fixtures/`fixture`.ts. */
export function start(
  runtime: Runtime,
  fixture: string,
  args: readonly string[] = [],
  options: StartOptions = {},
): Running {
  const file = `test/program/fixtures/${fixture}.ts`;
  return new Running(
    [...(options.command ?? commands[runtime]), join(root, file), ...args],
    options,
  );
}

/** Runs test/program/fixtures/`fixture`.ts to its end. */
export function run(
  runtime: Runtime,
  fixture: string,
  args: readonly string[] = [],
  options: StartOptions = {},
): Promise<Ended> {
  return start(runtime, fixture, args, options).ended;
}

/** Long enough for a program that is cut by the watchdog to be named "hung". */
const TEST_LIMIT_MS = 40_000;

/** One test a runtime; they run side by side, since most of their time is a start-up. */
export function onEach(
  runtimesOfTest: readonly Runtime[],
  what: string,
  body: (runtime: Runtime) => Promise<void>,
): void {
  for (const runtime of runtimesOfTest) {
    test(`${what} (${runtime})`, { concurrent: true, timeout: TEST_LIMIT_MS }, () => body(runtime));
  }
}

/** `file:line` of the one line of a fixture that has `text` in it. */
export function siteOf(fixture: string, text: string): string {
  const file = `test/program/fixtures/${fixture}.ts`;
  const lines = readFileSync(join(root, file), "utf8").split("\n");
  const found = lines.flatMap((line, index) => (line.includes(text) ? [index + 1] : []));
  expect(found, `lines of ${file} with "${text}"`).toHaveLength(1);
  return `${file}:${found[0]}`;
}

/** How often `text` is in `whole`. */
export function count(whole: string, text: string): number {
  return whole.split(text).length - 1;
}

/** For what must not happen: long enough for it to happen if it does. */
export function pause(millis: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, millis));
}
