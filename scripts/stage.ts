/** The kinds of stage that a test run is made of, and how each counts its tests. */

import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { commandScript, type RuntimeName, root, runtimes } from "./toolchain.ts";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed and how, for the end of the run, where it is looked for first. */
  readonly failures: readonly string[];
}

export interface Stage {
  readonly name: string;
  run(): Promise<Counts>;
}

export const none: Counts = { passed: 0, failed: 0, skipped: 0, failures: [] };

/** A command as one check: it counts as one test. */
export function check(name: string, command: string, args: readonly string[]): Stage {
  return {
    name,
    run: async () => ((await execute(command, args)) === 0 ? onePassed : failedAsWhole(name)),
  };
}

/** A script of this repository, on the pinned Node, as one check. */
export function script(file: string, ...args: readonly string[]): Stage {
  return check([file, ...args].join(" "), process.execPath, [join(root, file), ...args]);
}

/** Test folders under vitest, on any Node or on Deno. */
export function vitest(
  runtime: Exclude<RuntimeName, "bun">,
  folders: readonly string[],
  options: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Stage {
  return {
    name: `${folders.join(" ")} on ${runtime}`,
    run: () => withReport((report) => runVitest(runtime, [...options, ...folders], env, report)),
  };
}

/** Test folders under Bun's own runner, which understands the imports from "vitest". */
export function bunTest(folders: readonly string[]): Stage {
  // One fresh global object per file, as under vitest; the same time limit as vitest.config.ts.
  const options = ["--conditions=fibril-source", "test", "--isolate", "--timeout=20000"];
  return {
    name: `${folders.join(" ")} on bun`,
    run: () =>
      withReport(async (report) => {
        const junit = ["--reporter=junit", `--reporter-outfile=${report}`];
        const code = await execute(runtimes.bun, [...options, ...junit, ...folders]);
        return settle("bun", code, readJUnit(report));
      }),
  };
}

const onePassed: Counts = { ...none, passed: 1 };

/** A failure without a failed test: a check, a file that did not load, a crash. */
function failedAsWhole(name: string, counts: Counts = none): Counts {
  return { ...counts, failed: counts.failed + 1, failures: [...counts.failures, name] };
}

async function runVitest(
  runtime: Exclude<RuntimeName, "bun">,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  report: string,
): Promise<Counts> {
  const kinds = ["default", "json", join(root, "scripts/slow-files.ts")];
  const reporters = [...kinds.map((kind) => `--reporter=${kind}`), `--outputFile.json=${report}`];
  const command = runtime === "deno" ? ["run", "-A", "npm:vitest"] : [commandScript("vitest")];
  const code = await execute(runtimes[runtime], [...command, "run", ...reporters, ...args], env);
  return settle(runtime, code, readVitest(report));
}

function settle(runtime: RuntimeName, code: number, counts: Counts | undefined): Counts {
  if (code === 0) return counts ?? none;
  const failed = counts !== undefined && counts.failed > 0;
  const settled = failed ? counts : failedAsWhole(`The runner ended with ${code}`, counts);
  return { ...settled, failures: settled.failures.map((failure) => `${runtime}: ${failure}`) };
}

/** The part that is read here of what vitest's JSON reporter writes. */
interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

function readVitest(report: string): Counts | undefined {
  const text = readIfWritten(report);
  if (text === undefined) return undefined;
  const json = JSON.parse(text) as VitestReport;
  return {
    passed: json.numPassedTests,
    failed: json.numFailedTests,
    skipped: json.numPendingTests + json.numTodoTests,
    failures: json.testResults.flatMap(failuresOfFile),
  };
}

function failuresOfFile(file: VitestReport["testResults"][number]): readonly string[] {
  const path = relative(root, file.name);
  const failed = file.assertionResults.filter((test) => test.status === "failed");
  if (failed.length === 0 && file.status === "failed") return [describe(path, file.message)];
  return failed.map((test) => describe(`${path}: ${test.fullName}`, ...test.failureMessages));
}

function describe(place: string, ...messages: readonly string[]): string {
  const lines = messages.join("\n").split("\n").slice(0, LINES_OF_A_FAILURE);
  return [place, ...lines.map((line) => `    ${line}`)].join("\n");
}

/** Enough for a message, a difference and the first frames; the rest is in the output of the stage. */
const LINES_OF_A_FAILURE = 24;

function readJUnit(report: string): Counts | undefined {
  const totals = /<testsuites [^>]*>/.exec(readIfWritten(report) ?? "")?.[0];
  if (totals === undefined) return undefined;
  const count = (name: string): number =>
    Number(new RegExp(` ${name}="(\\d+)"`).exec(totals)?.[1] ?? 0);
  const failed = count("failures") + count("errors");
  const skipped = count("skipped");
  return { passed: count("tests") - failed - skipped, failed, skipped, failures: [] };
}

function readIfWritten(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

async function withReport(run: (report: string) => Promise<Counts>): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "fibril-test-"));
  try {
    return await run(join(folder, "report"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * Runs a command with our own output streams and gives its exit code; a signal counts as 1. It has a
 * process group of its own: what hangs is ended together with everything that it started.
 */
function execute(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: "inherit",
      detached: true,
    });
    const stop = (): void => endGroup(child.pid);
    const timer = setTimeout(() => {
      console.error(`Stopped after ${STAGE_LIMIT_MS / 60_000} minutes: ${command}`);
      stop();
    }, STAGE_LIMIT_MS);
    const release = (): void => {
      clearTimeout(timer);
      for (const signal of interrupts) process.off(signal, interrupt);
    };
    const interrupt = (): void => {
      stop();
      process.exit(1);
    };
    for (const signal of interrupts) process.on(signal, interrupt);
    child.once("error", (error) => {
      release();
      reject(error);
    });
    child.once("exit", (code) => {
      release();
      resolve(code ?? 1);
    });
  });
}

/** A stage takes up to four minutes. Much longer is a hang, and the rest must still fit into 20 minutes. */
const STAGE_LIMIT_MS = 7 * 60_000;

const interrupts = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It ended by itself in this moment.
  }
}
