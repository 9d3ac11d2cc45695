import { closeSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as Effect from "effect/Effect";
import * as EffectFiber from "effect/Fiber";
import { getHub, sleep, spawn, withTimeout, type Yieldable } from "fibril";
import {
  CalledProcessError,
  CompletedProcess,
  call,
  checkCall,
  checkOutput,
  DEVNULL,
  FileNotFoundError,
  PermissionError,
  PIPE,
  run,
  STDOUT,
  SubprocessError,
  TimeoutExpired,
} from "fibril/subprocess";
import { afterEach, expect, test } from "vitest";
import { childPids } from "../harness/processes.ts";
import { thrownBy } from "../harness/virtual.ts";

/** Longer than any test: a child that runs on shows as a hang. */
const FOR_EVER = "1000";

afterEach(() => {
  expect(childPids()).toEqual([]);
  expect(getHub().fibers.map(({ name }) => name)).toEqual([]);
});

/** A test whose body is a fiber. */
const inFiber = (body: () => Generator<Yieldable, void, never>) => async () => {
  await spawn(body);
};

test(
  "run gives how the child ended, and what it printed where that was asked for",
  inFiber(function* () {
    const captured = yield* run(["sh", "-c", "echo out; echo err >&2; exit 3"], {
      captureOutput: true,
      text: true,
    });
    expect(captured).toBeInstanceOf(CompletedProcess);
    expect(captured).toMatchObject({ returncode: 3, stdout: "out\n", stderr: "err\n" });
    expect(captured.args).toEqual(["sh", "-c", "echo out; echo err >&2; exit 3"]);
    const half = yield* run(["echo", "seen"], { stdout: PIPE });
    expect([half.stdout, half.stderr]).toEqual([Buffer.from("seen\n"), undefined]);
    const silent = yield* run(["true"]);
    expect([silent.returncode, silent.stdout, silent.stderr]).toEqual([0, undefined, undefined]);
  }),
);

test(
  "without text or an encoding there are bytes, with one there is text in it",
  inFiber(function* () {
    const command = ["printf", "h\\351"];
    const bytes = yield* run(command, { stdout: PIPE });
    expect([...bytes.stdout]).toEqual([0x68, 0xe9]);
    expect((yield* run(command, { stdout: PIPE, encoding: "latin1" })).stdout).toBe("hé");
    expect(yield* thrownBy(run(command, { encoding: "klingon" as never }))).toBeInstanceOf(
      RangeError,
    );
  }),
);

test(
  "input is what the child reads, to its end",
  inFiber(function* () {
    const options = { captureOutput: true, text: true } as const;
    expect((yield* run(["cat"], { ...options, input: "hello" })).stdout).toBe("hello");
    expect((yield* run(["cat"], { ...options, input: "" })).stdout).toBe("");
    const bytes = Uint8Array.from([0x68, 0x69]);
    expect((yield* run(["cat"], { ...options, input: bytes })).stdout).toBe("hi");
    // One that does not read it is no error.
    expect((yield* run(["true"], { input: "x".repeat(1_000_000) })).returncode).toBe(0);
  }),
);

test(
  "megabytes both ways and on both outputs pass",
  inFiber(function* () {
    const input = Buffer.alloc(3_000_000, "x");
    const line = "head -c 3000000 /dev/zero >&2; cat";
    const both = yield* run(line, { shell: true, input, captureOutput: true });
    expect([both.stdout.length, both.stderr.length]).toEqual([3_000_000, 3_000_000]);
  }),
);

test(
  "check throws what ended badly, with all that is known of it",
  inFiber(function* () {
    const command = ["sh", "-c", "echo out; echo first >&2; echo why >&2; exit 4"];
    const error = yield* thrownBy(run(command, { check: true, captureOutput: true, text: true }));
    expect(error).toBeInstanceOf(CalledProcessError);
    expect(error).toBeInstanceOf(SubprocessError);
    expect(error).toMatchObject({
      _tag: "CalledProcessError",
      name: "CalledProcessError",
      cmd: command,
      returncode: 4,
      stdout: "out\n",
      output: "out\n",
      stderr: "first\nwhy\n",
      message: `"${command.join(" ")}" ended with exit code 4: why`,
    });
    expect((yield* run(["true"], { check: true })).returncode).toBe(0);
  }),
);

test(
  "a signal that killed the child is a negative returncode",
  inFiber(function* () {
    const killed = yield* run("kill -KILL $$", { shell: true });
    expect(killed.returncode).toBe(-9);
    expect(() => killed.checkReturncode()).toThrow('"kill -KILL $$" was killed by SIGKILL');
    (yield* run(["true"])).checkReturncode();
  }),
);

test(
  "call, checkCall and checkOutput are run with less to say",
  inFiber(function* () {
    expect(yield* call(["sh", "-c", "exit 7"])).toBe(7);
    expect(yield* checkCall(["true"])).toBe(0);
    expect(yield* thrownBy(checkCall(["false"]))).toMatchObject({ returncode: 1 });
    expect(yield* checkOutput(["echo", "x"], { text: true })).toBe("x\n");
    expect(yield* checkOutput(["cat"], { input: "in" })).toEqual(Buffer.from("in"));
    const failed = yield* thrownBy(
      checkOutput(["sh", "-c", "echo partly; exit 2"], { text: true }),
    );
    expect(failed).toMatchObject({ _tag: "CalledProcessError", output: "partly\n" });
    const stdout = { stdout: DEVNULL } as never;
    expect(() => checkOutput(["true"], stdout)).toThrow('the option "stdout"');
  }),
);

test(
  "a shell takes a line; without one a string is the name of a program",
  inFiber(function* () {
    expect(yield* checkOutput("echo $((6 * 7)) | tr 2 3", { shell: true, text: true })).toBe(
      "43\n",
    );
    expect(yield* call("true")).toBe(0);
    const error = yield* thrownBy(call("echo hello"));
    expect(error).toMatchObject({ code: "ENOENT", path: "echo hello" });
    expect((error as Error).message).toContain("pass its arguments in an array");
    expect(yield* call("no-such-program", { shell: true, stderr: DEVNULL })).toBe(127);
    expect(yield* thrownBy(call(["echo", "x"], { shell: true }))).toBeInstanceOf(TypeError);
  }),
);

test(
  "cwd and env are the child's own",
  inFiber(function* () {
    const folder = realpathSync(tmpdir());
    const pwd = { cwd: folder, text: true } as const;
    expect(yield* checkOutput(["pwd"], pwd)).toBe(`${folder}\n`);
    expect(yield* checkOutput(["pwd"], { ...pwd, cwd: pathToFileURL(folder) })).toBe(`${folder}\n`);
    const env = { PATH: process.env["PATH"], FIBRIL: "yes" };
    expect(yield* checkOutput("echo $FIBRIL-$HOME", { shell: true, env, text: true })).toBe(
      "yes-\n",
    );
  }),
);

test(
  "what can't be started says which of program and folder it is",
  inFiber(function* () {
    const missing = yield* thrownBy(run(["no-such-program", "x"]));
    expect(missing).toBeInstanceOf(FileNotFoundError);
    expect(missing).toMatchObject({
      _tag: "FileNotFoundError",
      code: "ENOENT",
      path: "no-such-program",
      message: 'Cannot start "no-such-program": it is not on the PATH',
    });
    expect(yield* thrownBy(run(["./no/such"]))).toMatchObject({
      message: 'Cannot start "./no/such": there is no such file',
    });
    expect(yield* thrownBy(run(["true"], { cwd: "/no/such" }))).toMatchObject({
      code: "ENOENT",
      path: "/no/such",
      message: 'Cannot start "true" in "/no/such": there is no such folder',
    });
    const refused = yield* thrownBy(run(["/etc"]));
    expect(refused).toBeInstanceOf(PermissionError);
    expect(refused).toMatchObject({ _tag: "PermissionError", code: "EACCES", path: "/etc" });
    // Here a shell is started in between, which would say nothing.
    const merged = { stdout: PIPE, stderr: STDOUT } as const;
    expect(yield* thrownBy(run(["no-such-program"], merged))).toBeInstanceOf(FileNotFoundError);
    expect(yield* thrownBy(run(["true"], { env: { PATH: "/nowhere" } }))).toMatchObject({
      code: "ENOENT",
    });
  }),
);

test(
  "STDOUT brings both outputs in the order in which they are written",
  inFiber(function* () {
    const line = "for i in 1 2 3; do echo out$i; echo err$i >&2; done";
    const all = "out1\nerr1\nout2\nerr2\nout3\nerr3\n";
    const merged = { stdout: PIPE, stderr: STDOUT, text: true } as const;
    const direct = yield* run(["sh", "-c", line], merged);
    expect([direct.stdout, direct.stderr]).toEqual([all, undefined]);
    expect((yield* run(line, { ...merged, shell: true })).stdout).toBe(all);
    // The arguments reach the program as they are.
    const args = ["printf", "%s|", "$HOME", "a b", "'", '"'];
    expect((yield* run(args, merged)).stdout).toBe("$HOME|a b|'|\"|");
  }),
);

test(
  "an output may be dropped, or go to a file that is open",
  inFiber(function* () {
    const folder = mkdtempSync(join(tmpdir(), "fibril-"));
    const fd = openSync(join(folder, "log"), "w");
    const both = "echo out; echo err >&2";
    yield* run(both, { shell: true, stdout: DEVNULL, stderr: STDOUT });
    yield* run(both, { shell: true, stdout: fd, stderr: STDOUT });
    yield* run(["echo", "more"], { stdout: { fd } });
    closeSync(fd);
    expect(readFileSync(join(folder, "log"), "utf8")).toBe("out\nerr\nmore\n");
    rmSync(folder, { recursive: true });
    expect(yield* checkOutput(["wc", "-c"], { stdin: DEVNULL, text: true })).toMatch(/^\s*0\s*$/);
  }),
);

test(
  "past the timeout the child is dead before the error is thrown, with what it had printed",
  inFiber(function* () {
    const command = ["sh", "-c", `echo begun; echo slow >&2; exec sleep ${FOR_EVER}`];
    const options = { captureOutput: true, text: true, timeout: "1 second" } as const;
    const error = yield* thrownBy(run(command, options));
    expect(childPids()).toEqual([]);
    expect(error).toBeInstanceOf(TimeoutExpired);
    expect(error).toMatchObject({
      _tag: "TimeoutExpired",
      cmd: command,
      timeout: 1000,
      stdout: "begun\n",
      output: "begun\n",
      stderr: "slow\n",
      message: `"${command.join(" ")}" timed out after 1s`,
    });
    expect(yield* thrownBy(call(["sleep", FOR_EVER], { timeout: 0 }))).toMatchObject({
      timeout: 0,
      stdout: undefined,
    });
  }),
);

test(
  "a child that a shell left behind with the pipe does not hold the timeout up",
  inFiber(function* () {
    const line = `sleep ${FOR_EVER} & echo $!; exit 0`;
    const options = { shell: true, stdout: PIPE, text: true, timeout: "1 second" } as const;
    const error = yield* thrownBy(run(line, options));
    expect(error).toBeInstanceOf(TimeoutExpired);
    const left = Number((error as TimeoutExpired).output);
    expect(left).toBeGreaterThan(1);
    process.kill(left);
  }),
);

test(
  "a fiber that is killed in run kills its child and waits for its death",
  inFiber(function* () {
    for (const grace of ["5 seconds", 0] as const) {
      const fiber = spawn(() => run(["sleep", FOR_EVER], { captureOutput: true }));
      yield* sleep();
      expect(childPids()).toHaveLength(1);
      yield* fiber.kill(undefined, { grace });
      expect([fiber.status, childPids()]).toEqual(["killed", []]);
    }
    const unborn = spawn(() => run(["sleep", FOR_EVER]));
    yield* unborn.kill();
    expect(childPids()).toEqual([]);
  }),
);

test(
  "so do a timeout around it, an aborted signal and an interruption",
  inFiber(function* () {
    const child = () => run(["sleep", FOR_EVER]);
    expect(yield* withTimeout(50, child, { value: "late" })).toBe("late");
    expect(childPids()).toEqual([]);
    const controller = new AbortController();
    const aborted = spawn(() => run(["sleep", FOR_EVER], { signal: controller.signal }));
    yield* sleep();
    controller.abort(new Error("enough"));
    expect(yield* thrownBy(aborted.get())).toMatchObject({ message: "enough" });
    expect(childPids()).toEqual([]);
    // One that has aborted before starts nothing.
    const late = run(["no-such-program"], { signal: controller.signal });
    expect(yield* thrownBy(late)).toMatchObject({ message: "enough" });
    const interrupted = Effect.runFork(child());
    yield* sleep(50);
    yield* EffectFiber.interrupt(interrupted);
    expect(childPids()).toEqual([]);
  }),
);

test("run is a description: nothing starts before it is run, and twice it happens twice", async () => {
  const printing = checkOutput(["echo", "x"], { text: true });
  await sleep(1);
  expect(childPids()).toEqual([]);
  expect(await Promise.all([printing, printing])).toEqual(["x\n", "x\n"]);
  const twice = Effect.gen(function* () {
    return (yield* printing) + (yield* printing);
  });
  expect(await Effect.runPromise(twice)).toBe("x\nx\n");
});

test("bad input is refused at the call, or before anything is started", async () => {
  expect(() => run(["true"], 5 as never)).toThrow("Cannot run a child with 5 as options");
  expect(() => run(["true"], { captureoutput: true } as never)).toThrow('"captureoutput"');
  expect(() => run(["true"], { timeout: Number.NaN })).toThrow(RangeError);
  expect(() => run(["cat"], { input: "x", stdin: PIPE })).toThrow("both `input` and `stdin`");
  expect(() => run(["true"], { captureOutput: true, stderr: PIPE })).toThrow("`captureOutput`");
  const refused = [
    run([]),
    run(""),
    run(7 as never),
    run(["sleep", 5 as never]),
    run(["true"], { stdout: STDOUT as never }),
    run(["true"], { stderr: "pipes" as never }),
    run(["true"], { stdin: -1 }),
    run(["true"], { cwd: 5 as never }),
    run(["cat"], { input: 5 as never }),
  ];
  for (const wait of refused) {
    await expect(Promise.resolve(wait)).rejects.toBeInstanceOf(TypeError);
  }
});
