import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { patchAll } from "fibril/monkey";
import { afterAll, describe, expect, test } from "vitest";
import { root } from "../../scripts/toolchain.ts";
import { commands, type Runtime } from "../program/run.ts";

const FIXTURE = join(root, "test/monkey/fixtures/watchdog.ts");

const folder = mkdtempSync(join(tmpdir(), "fibril-watchdog-"));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

/** This folder is run on every runtime but Bun: each stands for itself. */
const runtimes: readonly Runtime[] = here();

function here(): Runtime[] {
  if ("Deno" in globalThis) return ["deno"];
  return process.versions.node.startsWith("22.") ? ["node-22"] : ["node", "bun"];
}

const hasStack = (runtime: Runtime): boolean => runtime.startsWith("node");

/** A program that holds up its loop until it is released. */
class Held {
  static #count = 0;
  readonly #file = join(folder, String(Held.#count++));
  readonly #child: ChildProcess;
  stdout = "";
  stderr = "";

  constructor(runtime: Runtime, name: string, env: NodeJS.ProcessEnv = {}) {
    const [file, ...args] = commands[runtime] as readonly [string, ...string[]];
    const { FORCE_COLOR: _force, NODE_OPTIONS: _options, ...outer } = process.env;
    this.#child = spawn(file, [...args, FIXTURE, name, this.#file], {
      env: { ...outer, NO_COLOR: "1", NODE_NO_WARNINGS: "1", ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 30_000,
      killSignal: "SIGKILL",
    });
    children.push(this.#child);
    this.#child.stdout?.setEncoding("utf8").on("data", (text) => (this.stdout += text));
    this.#child.stderr?.setEncoding("utf8").on("data", (text) => (this.stderr += text));
  }

  get pid(): number {
    return this.#child.pid ?? Number.NaN;
  }

  /** While it blocks: it can't have been printed after that. */
  async reports(text: string | RegExp): Promise<void> {
    const matches = () =>
      typeof text === "string" ? this.stderr.includes(text) : text.test(this.stderr);
    while (!matches()) await this.#more(this.#child.stderr);
  }

  async prints(text: string): Promise<void> {
    while (!this.stdout.includes(text)) await this.#more(this.#child.stdout);
  }

  async #more(stream: NodeJS.ReadableStream | null): Promise<void> {
    const ended = new AbortController();
    const end = once(this.#child, "close", ended).then(() => {
      throw new Error(`It ended with:\n${this.stdout}\n${this.stderr}`);
    });
    end.catch(() => {});
    await Promise.race([once(stream as NodeJS.ReadableStream, "data", ended), end]);
    ended.abort();
  }

  release(): void {
    writeFileSync(this.#file, "");
  }

  /** Its exit code, or the signal that ended it. */
  async end(): Promise<number | string | null> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return exitCode ?? signalCode;
    const [code, signal] = await once(this.#child, "close");
    return code ?? signal;
  }

  signal(name: NodeJS.Signals): void {
    process.kill(this.pid, name);
  }
}

describe.each(runtimes)("on %s", { timeout: 40_000 }, (runtime) => {
  test("a fiber that never lets go is named while it blocks, again when that has lasted longer", async () => {
    const held = new Held(runtime, "fiber");
    await held.reports(
      /Fiber "holder" \(spawned at \S*watchdog\.ts:\d+:\d+\) has blocked every fiber for \d+ ms: yield\* sleep\(0\)/,
    );
    if (hasStack(runtime)) await held.reports(/\n {4}at hold \(\S*watchdog\.ts:\d+:\d+\)\n/);
    await held.reports(/Fiber "holder" .*still blocks every fiber, for \d+ ms by now/);
    expect(held.stdout).toBe("");
    // Fibril's own frames say nothing.
    expect(held.stderr).not.toContain("src/fiber/");
    held.release();
    expect(await held.end()).toBe(0);
    expect(held.stderr.match(/"holder" .*has blocked/g)?.length).toBe(1);
    expect(held.stdout).toMatch(
      hasStack(runtime)
        ? /^told of holder in "[\w.]+" at watchdog\.ts, true, true\n$/
        : /^told of holder in "" at watchdog\.ts, true, false\n$/,
    );
  });

  test("a fiber with an async body is named after an await, where there is an inspector", async () => {
    const held = new Held(runtime, "async");
    const named = hasStack(runtime) ? 'Fiber "asynchronous"' : "An async function";
    await held.reports(named);
    held.release();
    expect(await held.end()).toBe(0);
    expect(held.stdout).toMatch(hasStack(runtime) ? /^told of asynch/ : /^told of undefined/);
  });

  test("code outside of fibers is told as well, while there are any", async () => {
    const held = new Held(runtime, "program");
    await held.reports(/(?:The program,|code) in no fiber, has blocked/);
    held.release();
    expect(await held.end()).toBe(0);
    expect(held.stdout).toMatch(/^told of undefined/);
  });

  test("a call into the host that is known to block is named, with what yields", async () => {
    const held = new Held(runtime, "call");
    await held.reports(
      /^Atomics\.wait in fiber "waiter" has blocked every fiber for \d+ ms: call Atomics\.waitAsync/,
    );
    held.release();
    expect(await held.end()).toBe(0);
    expect(held.stdout).toMatch(/^told of waiter in "/);
  });

  test("the program hears of a block that is the last thing it does", async () => {
    const held = new Held(runtime, "last");
    await held.reports('Fiber "last"');
    held.release();
    expect(await held.end()).toBe(3);
    expect(held.stdout).toMatch(/^told of last/);
  });

  test("it goes on after unpatch and another patch, soon and late", async () => {
    const soon = new Held(runtime, "twice");
    const late = new Held(runtime, "after");
    await soon.reports('Fiber "first"');
    soon.release();
    expect(await soon.end()).toBe(0);
    expect(soon.stdout).toMatch(/^(?:between\n)?told of first/);
    await late.reports('Fiber "later"');
    late.release();
    expect(await late.end()).toBe(0);
    expect(late.stdout).toMatch(/^told of later/);
  });

  test("a fiber that blocks straight after something else did is named as well", async () => {
    const held = new Held(runtime, "straight");
    await held.reports('Fiber "next"');
    held.release();
    expect(await held.end()).toBe(0);
  });

  test("a process that was stopped did not block", async () => {
    const held = new Held(runtime, "stopped");
    await held.prints("pid");
    for (let i = 0; i < 2; i++) {
      held.signal("SIGSTOP");
      await new Promise((resolve) => setTimeout(resolve, 300));
      held.signal("SIGCONT");
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    held.release();
    expect(await held.end()).toBe(0);
    expect(held.stderr).toBe("");
  });

  test.each([
    ["nobody", "there is no fiber"],
    ["silent", "it is off, or no longer on"],
  ])("is silent in the case %s: %s", async (name) => {
    const held = new Held(runtime, name);
    expect(await held.end()).toBe(0);
    expect(held.stderr + held.stdout).toBe("");
  });

  test("the environment turns it off, and is told if it says no time", async () => {
    const off = new Held(runtime, "environment", { FIBRIL_MAX_BLOCKING_TIME: "off" });
    expect(await off.end()).toBe(0);
    expect(off.stderr).toBe("");
    const wrong = new Held(runtime, "environment", { FIBRIL_MAX_BLOCKING_TIME: "soon" });
    expect(await wrong.end()).toBe(0);
    expect(wrong.stderr).toContain('FIBRIL_MAX_BLOCKING_TIME is "soon", which is no time');
  });
});

test.each(runtimes.filter(hasStack))("a debugger's pause is no block on %s", async (runtime) => {
  const held = new Held(runtime, "debugged");
  expect(await held.end()).toBe(0);
  expect(held.stderr).toBe("");
  expect(held.stdout).toBe("debugged undefined\n");
});

test("a limit that is no time is refused", () => {
  const patchAny = patchAll as (options: unknown) => unknown;
  expect(() => patchAny({ maxBlockingTime: Number.NaN })).toThrow(RangeError);
  expect(() => patchAny({ maxBlockingTime: 0 })).toThrow("pass more than 0, or false");
  expect(() => patchAny({ maxBlockingTime: {} })).toThrow(TypeError);
  expect(() => patchAny({ maxBlockingTime: "soon" })).toThrow(TypeError);
});
