import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { root } from "../../scripts/toolchain.ts";
import { main } from "../../src/cli/main.ts";
import { flagOf, readRunCommand } from "../../src/cli/run-command.ts";
import { UsageError } from "../../src/cli/usage-error.ts";
import { modules, type PatchName } from "../../src/monkey/modules.ts";
import { commands, everywhere, type Runtime } from "../program/run.ts";

const fixture = (name: string): string => join(root, "test/cli/fixtures", name);
const program = fixture("program.ts");
const signals = fixture("signals.ts");

interface Outcome {
  readonly end: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Sent once it has printed "ready". */
  readonly signal?: NodeJS.Signals;
}

async function run(runtime: Runtime, args: readonly string[], options: Options = {}) {
  const [file, ...before] = commands[runtime] as readonly [string, ...string[]];
  const { FORCE_COLOR: _force, NODE_OPTIONS: _options, ...outer } = process.env;
  const child = spawn(file, [...before, ...args], {
    env: { ...outer, NO_COLOR: "1", NODE_NO_WARNINGS: "1", ...options.env },
    timeout: 30_000,
    killSignal: "SIGKILL",
  });
  const outcome = { end: null as Outcome["end"], stdout: "", stderr: "" };
  child.stdin.end(options.input ?? "");
  child.stderr.setEncoding("utf8").on("data", (text) => (outcome.stderr += text));
  child.stdout.setEncoding("utf8").on("data", (text) => {
    outcome.stdout += text;
    // Not `child.kill`: after that Deno reports the signal even if the child ends with a code.
    if (options.signal !== undefined && text.includes("ready")) {
      process.kill(child.pid as number, options.signal);
    }
  });
  const [code, signal] = await once(child, "close");
  outcome.end = code ?? signal;
  return outcome;
}

const fibril = (runtime: Runtime, args: readonly string[], options?: Options): Promise<Outcome> =>
  run(runtime, [fixture("fibril.ts"), ...args], options);

describe.each(everywhere)("fibril run on %s", { timeout: 60_000 }, (runtime) => {
  test("runs a script as the runtime itself does, but patched", async () => {
    const args = [program, "--no-net", "--", "two words", "--help"];
    const input = "from a pipe";
    const plain = await run(runtime, args, { input });
    const patched = await fibril(runtime, ["run", ...args], { input });
    expect(plain).toMatchObject({ end: 7, stderr: "" });
    expect(plain.stdout).toContain('"--no-net","--","two words","--help"');
    expect(patched).toEqual({
      ...plain,
      stdout: plain.stdout.replace("patched: ", "patched: fetch fs net childProcess"),
    });
  });

  test("leaves out what is named, or patches only what is named", async () => {
    const patched = async (...options: string[]) => {
      const { stdout } = await fibril(runtime, ["run", ...options, program]);
      return /patched: (.*)\n/.exec(stdout)?.[1];
    };
    expect(await patched("--no-fetch", "--no-child-process", "--blocking", "ignore")).toBe(
      "fs net",
    );
    expect(await patched("--net", "--fs", "--max-blocking-time", "off")).toBe("fs net");
  });

  test("ends as the script ends", async () => {
    const [exit, kill, thrown] = await Promise.all([
      fibril(runtime, ["run", signals, "exit"]),
      fibril(runtime, ["run", signals, "kill"]),
      fibril(runtime, ["run", signals, "throw"]),
    ]);
    expect(exit.end).toBe(4);
    expect(kill.end).toBe("SIGKILL");
    expect(thrown.end).toBe(1);
    expect(thrown.stderr).toContain("thrown");
  });

  test("a signal reaches the script once", async () => {
    const { end, stdout } = await fibril(runtime, ["run", signals], { signal: "SIGTERM" });
    expect({ end, stdout }).toEqual({ end: 5, stdout: "ready\nterminated\n" });
  });

  test("a CommonJS script is the main module", async () => {
    const { end, stdout } = await fibril(runtime, ["run", fixture("common.cjs")]);
    expect({ end, stdout }).toEqual({ end: 0, stdout: "true true\n" });
  });
});

describe("what can't be run", () => {
  test.each([
    [["--no-fish", program], "Unknown option '--no-fish'"],
    [["-x", program], "Unknown option '-x'"],
    [["--no-fetch=1", program], "Option '--no-fetch' does not take an argument"],
    [["--blocking", "loud", program], 'Unknown --blocking "loud": pass report, throw, ignore'],
    [["--blocking"], "Option '--blocking <value>' argument missing"],
    [["--max-blocking-time", "soon", program], "pass milliseconds or off"],
    [["nowhere.ts"], `Cannot run "nowhere.ts": there is no file ${resolve("nowhere.ts")}`],
    [[], "No script is given"],
    [["--no-fetch"], "No script is given"],
  ])("%j says why", (args, message) => {
    expect(() => readRunCommand(args)).toThrow(UsageError);
    expect(() => readRunCommand(args)).toThrow(message);
  });

  test("ends with exit code 2", async () => {
    for (const args of [["walk"], ["run", "nowhere.ts"]]) {
      const { end, stdout, stderr } = await fibril("node", args);
      expect({ end, stdout }).toEqual({ end: 2, stdout: "" });
      expect(stderr).toContain('Try "fibril --help"');
    }
  });
});

test("a script's own options are left to it, also after --", () => {
  expect(readRunCommand(["--no-fs", program, "--no-net", "--", "x"])).toEqual({
    script: program,
    args: ["--no-net", "--", "x"],
    patches: { fs: false },
  });
  expect(readRunCommand(["--max-blocking-time", "20", "--", program]).patches).toEqual({
    maxBlockingTime: 20,
  });
});

test("--version is the package's, --help names every option", () => {
  const printed = vi.spyOn(console, "log").mockImplementation(() => {});
  const shown = (...args: string[]) => {
    main(args);
    return String(printed.mock.lastCall?.[0]);
  };
  const manifest = readFileSync(join(root, "package.json"), "utf8");
  expect(shown("--version")).toBe(JSON.parse(manifest).version);
  const help = shown("--help");
  expect(help).toContain("--max-blocking-time");
  for (const name of Object.keys(modules)) expect(help).toContain(flagOf(name as PatchName));
  expect([shown("run", "--help"), shown("-h"), shown()]).toEqual([help, help, help]);
  printed.mockRestore();
});

test("fibril/monkey/auto takes its options from the environment", async () => {
  const auto = join(root, "src/monkey/auto.ts");
  const start = (FIBRIL_PATCH: string) =>
    run("node", ["--import", auto, program], { env: { FIBRIL_PATCH } });
  expect((await start('{"fetch":false,"net":false}')).stdout).toContain("patched: fs childProcess");
  const wrong = await start("--no-fetch");
  expect(wrong.end).toBe(1);
  expect(wrong.stderr).toContain('Cannot read FIBRIL_PATCH, which is "--no-fetch"');
});
