import { forEach, getHub, iwait, joinAll, sleep, spawn, wait, type Yieldable } from "fibril";
import { select } from "fibril/channel";
import { PIPE, Popen, TimeoutExpired } from "fibril/subprocess";
import { afterEach, expect, test } from "vitest";
import { childPids, openFiles } from "../harness/processes.ts";
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
  "a Popen is started at once, outside of fibers too",
  inFiber(function* () {
    const child = new Popen(["sh", "-c", "exit 5"]);
    expect(childPids()).toEqual([child.pid]);
    expect([child.returncode, child.poll(), child.args]).toEqual([
      undefined,
      undefined,
      ["sh", "-c", "exit 5"],
    ]);
    expect([child.stdin, child.stdout, child.stderr]).toEqual([undefined, undefined, undefined]);
    expect(yield* child.wait()).toBe(5);
    expect([child.returncode, child.poll(), yield* child.wait({ timeout: 0 })]).toEqual([5, 5, 5]);
  }),
);

test(
  "what can't be started throws in the constructor",
  inFiber(function* () {
    expect(() => new Popen(["no-such-program"])).toThrow("it is not on the PATH");
    expect(() => new Popen(["true"], { Stdout: PIPE } as never)).toThrow('the option "Stdout"');
    expect(() => new Popen(["true"], { encoding: "x" as never })).toThrow(RangeError);
    yield* sleep();
  }),
);

test(
  "past its timeout wait throws and the child runs on",
  inFiber(function* () {
    const child = new Popen(["sleep", FOR_EVER]);
    const error = yield* thrownBy(child.wait({ timeout: 20 }));
    expect(error).toBeInstanceOf(TimeoutExpired);
    expect(error).toMatchObject({ timeout: 20, cmd: ["sleep", FOR_EVER] });
    expect(child.poll()).toBeUndefined();
    child.terminate();
    expect(yield* child.wait()).toBe(-15);
    expect(() => child.wait(5 as never)).toThrow(TypeError);
  }),
);

test(
  "signals are sent by name or number; after the end nothing happens",
  inFiber(function* () {
    const trapped = new Popen(["sh", "-c", "trap 'exit 9' USR1; echo ready; read line"], {
      stdin: PIPE,
      stdout: PIPE,
    });
    yield* trapped.stdout.readLine();
    trapped.sendSignal("SIGUSR1");
    expect(yield* trapped.wait()).toBe(9);
    const child = new Popen(["sleep", FOR_EVER]);
    expect(() => child.sendSignal("SIGNONSENSE")).toThrow(RangeError);
    expect(() => child.sendSignal(1.5)).toThrow(RangeError);
    child.sendSignal(0);
    child.sendSignal(2);
    expect(yield* child.wait()).toBe(-2);
    const killed = new Popen(["sleep", FOR_EVER]);
    killed.kill();
    killed.kill();
    expect(yield* killed.wait()).toBe(-9);
    killed.terminate();
    expect(killed.returncode).toBe(-9);
  }),
);

test(
  "wait, iwait and select take children",
  inFiber(function* () {
    const reading = () => new Popen(["cat"], { stdin: PIPE });
    const [slow, fast] = [reading(), reading()];
    const order: unknown[] = [];
    const waiting = spawn(() => wait([slow, fast, slow]));
    const iterating = spawn(function* () {
      const finishing = iwait([slow, fast]);
      for (let i = 0; i < 2; i++) order.push((yield* finishing.next()).value);
    });
    yield* sleep();
    fast.stdin.close();
    yield* fast.wait();
    const first = yield* select([slow.wait(), fast.wait()]);
    expect(first).toEqual({ index: 1, value: 0 });
    slow.stdin.close();
    expect(yield* waiting).toEqual([fast, slow, slow]);
    yield* iterating;
    expect(order).toEqual([fast, slow]);
    expect(yield* wait([slow, fast], { timeout: 0 })).toHaveLength(2);
  }),
);

test(
  "links are called with the child after its end, late ones too, and can be taken back",
  inFiber(function* () {
    const child = new Popen(["true"]);
    const calls: unknown[] = [];
    const removed = () => calls.push("removed");
    child.rawLink((self) => calls.push(self));
    child.rawLink(removed);
    child.unlink(removed);
    yield* child.wait();
    yield* sleep();
    expect(calls).toEqual([child]);
    child.rawLink(() => calls.push("late"));
    child.rawLink(removed);
    child.unlink(removed);
    expect(calls).toHaveLength(1);
    yield* sleep();
    expect(calls).toEqual([child, "late"]);
  }),
);

test(
  "who waits for the end gets it, also of a child that fills its pipes, and can still read",
  inFiber(function* () {
    const line = "head -c 500000 /dev/zero; head -c 400000 /dev/zero >&2";
    const child = new Popen(line, { shell: true, stdout: PIPE, stderr: PIPE });
    expect(yield* child.wait()).toBe(0);
    expect((yield* child.stdout.readAll()).length).toBe(500_000);
    expect((yield* child.stderr.readAll()).length).toBe(400_000);
  }),
);

test(
  "without anybody who waits, a child that prints is held up",
  inFiber(function* () {
    const child = new Popen(["sh", "-c", "head -c 5000000 /dev/zero; echo done >&2"], {
      stdout: PIPE,
      stderr: PIPE,
    });
    // As much as lies in the pipe and in memory, no more: it is not done.
    expect(yield* thrownBy(child.stderr.recv(1, { timeout: 200 }))).toMatchObject({
      _tag: "TimeoutError",
    });
    let size = 0;
    for (;;) {
      const { length } = yield* child.stdout.recv();
      if (length === 0) break;
      size += length;
    }
    expect([size, (yield* child.stderr.readLine()).toString()]).toEqual([5_000_000, "done\n"]);
    expect(yield* child.wait()).toBe(0);
  }),
);

test(
  "communicate that timed out is called again and has missed nothing",
  inFiber(function* () {
    const child = new Popen(["sh", "-c", "echo early; cat; read x </dev/null; exit 3"], {
      stdin: PIPE,
      stdout: PIPE,
      stderr: PIPE,
      text: true,
    });
    const input = "x".repeat(300_000);
    const error = yield* thrownBy(child.communicate({ input, timeout: 0 }));
    expect(error).toMatchObject({ _tag: "TimeoutExpired" });
    expect(yield* child.communicate()).toEqual([`early\n${input}`, ""]);
    expect(child.returncode).toBe(3);
    expect(yield* child.communicate()).toEqual(["", ""]);
    const again = yield* thrownBy(child.communicate({ input }));
    expect((again as Error).message).toContain("leave out `input`");
  }),
);

test(
  "communicate gives nothing for what is no pipe, and sends nothing to what is none",
  inFiber(function* () {
    const child = new Popen(["true"]);
    expect(yield* thrownBy(child.communicate({ input: "x" }))).toBeInstanceOf(TypeError);
    expect(yield* child.communicate()).toEqual([undefined, undefined]);
    expect(() => child.communicate({ Input: "x" } as never)).toThrow('"Input"');
  }),
);

test(
  "a pipe is read by lines, by pieces, by numbers, and to its end",
  inFiber(function* () {
    const child = new Popen(["printf", "one\\ntwo\\r\\n\\nfour\\nfive56789 rest"], {
      stdout: PIPE,
      text: true,
    });
    const { stdout } = child;
    yield* child.wait();
    expect(yield* stdout.readLine()).toBe("one\n");
    expect(yield* stdout.next()).toEqual({ done: false, value: "two" });
    expect(yield* stdout.readLine()).toBe("\n");
    expect(yield* stdout.recv(2)).toBe("fo");
    expect(yield* stdout.next()).toEqual({ done: false, value: "ur" });
    expect(yield* stdout.read(4)).toBe("five");
    expect(yield* stdout.read(0)).toBe("");
    expect(yield* stdout.recv(100)).toBe("56789 rest");
    expect([yield* stdout.readLine(), yield* stdout.readAll(), yield* stdout.recv()]).toEqual([
      "",
      "",
      "",
    ]);
    expect(yield* stdout.next()).toEqual({ done: true, value: undefined });
    expect(() => stdout.read(-1)).toThrow(RangeError);
    expect(() => stdout.recv("4" as never)).toThrow(TypeError);
  }),
);

test("lines come to forEach in a fiber and to for await outside, as they are printed", async () => {
  const start = () => new Popen(["printf", "a\\n\\nb"], { stdout: PIPE, text: true });
  const seen: string[] = [];
  const [inFiber, outside] = [start(), start()];
  await spawn(() => forEach(inFiber.stdout, (line) => seen.push(line)));
  for await (const line of outside.stdout) seen.push(line);
  expect(seen).toEqual(["a", "", "b", "a", "", "b"]);
  await wait([inFiber, outside]);
});

test(
  "text is whole characters, however the pipe cuts them; bytes are bytes",
  inFiber(function* () {
    const line = "printf 'h\\303'; read x; printf '\\251!\\n'";
    const texts = new Popen(line, { shell: true, stdin: PIPE, stdout: PIPE, text: true });
    expect(yield* texts.stdout.recv()).toBe("h");
    yield* texts.stdin.write("\n");
    expect(yield* texts.stdout.readLine()).toBe("é!\n");
    yield* texts.wait();
    const bytes = new Popen(["printf", "\\303\\251\\r\\n\\n"], { stdout: PIPE });
    expect(yield* bytes.stdout.next()).toEqual({ done: false, value: Buffer.from("é") });
    expect([...(yield* bytes.stdout.readAll())]).toEqual([10]);
    yield* bytes.wait();
  }),
);

test(
  "readers are served in the order in which they came; one that leaves takes nothing with it",
  inFiber(function* () {
    const child = new Popen(["cat"], { stdin: PIPE, stdout: PIPE, text: true });
    const { stdin, stdout } = child;
    const killed = spawn(() => stdout.readLine());
    const line = spawn(() => stdout.readLine());
    const pair = spawn(() => stdout.read(2));
    yield* sleep();
    expect(killed.parkReason).toBe("pipe.readLine");
    yield* stdin.write("no end yet");
    expect(yield* thrownBy(stdout.readLine({ timeout: 50 }))).toMatchObject({
      _tag: "TimeoutError",
    });
    yield* killed.kill();
    yield* stdin.write("!\nxyz");
    expect(yield* joinAll([line, pair])).toEqual(["no end yet!\n", "xy"]);
    // Enough for the second in line, once the first has gone.
    const many = spawn(() => stdout.read(1000));
    const one = spawn(() => stdout.recv(1));
    yield* sleep();
    expect([many.parkReason, one.parkReason]).toEqual(["pipe.read", "pipe.recv"]);
    yield* many.kill();
    expect(yield* one).toBe("z");
    stdin.close();
    yield* child.wait();
  }),
);

test(
  "a write waits while the pipe is full, and what it gave goes out in order",
  inFiber(function* () {
    const child = new Popen("read go; cat", { shell: true, stdin: PIPE, stdout: PIPE, text: true });
    const { stdin, stdout } = child;
    yield* stdin.write("\n");
    const writing = (letter: string) => spawn(() => stdin.write(letter.repeat(1_000_000)));
    const [a, b, c] = [writing("a"), writing("b"), writing("c")];
    yield* sleep();
    expect([a, b, c].map(({ parkReason }) => parkReason)).toEqual(Array(3).fill("pipe.write"));
    yield* b.kill();
    stdin.close();
    const sent = yield* stdout.readAll();
    expect(sent).toBe("a".repeat(1_000_000) + "b".repeat(1_000_000) + "c".repeat(1_000_000));
    yield* joinAll([a, c]);
    expect(stdin.closed).toBe(true);
    expect(yield* thrownBy(stdin.write("late"))).toMatchObject({ code: "EPIPE" });
    expect(() => stdin.write(5 as never)).toThrow(TypeError);
    yield* child.wait();
  }),
);

test(
  "a write that nobody will read throws, one that waits as well",
  inFiber(function* () {
    const child = new Popen(["sleep", FOR_EVER], { stdin: PIPE });
    const writer = spawn(() => child.stdin.write("x".repeat(1_000_000)));
    yield* sleep();
    child.kill();
    expect(yield* thrownBy(writer.get())).toMatchObject({ _tag: "BrokenPipeError" });
    yield* child.wait();
    expect(yield* thrownBy(child.stdin.write("x"))).toMatchObject({ code: "EPIPE" });
    child.stdin.close();
  }),
);

test(
  "the output of one child goes on to another, and ends with whichever ends first",
  inFiber(function* () {
    const lines = new Popen("seq 1 100000", { shell: true, stdout: PIPE });
    const count = new Popen(["wc", "-l"], { stdin: lines.stdout, stdout: PIPE, text: true });
    const [total] = yield* count.communicate();
    expect([total.trim(), yield* lines.wait(), count.stdin]).toEqual(["100000", 0, undefined]);
    const endless = new Popen("yes 2>/dev/null", { shell: true, stdout: PIPE, text: true });
    const head = new Popen(["head", "-n", "2"], {
      stdin: endless.stdout,
      stdout: PIPE,
      text: true,
    });
    expect(yield* head.communicate()).toEqual(["y\ny\n", undefined]);
    expect(yield* endless.wait()).not.toBe(0);
    yield* wait();
  }),
);

test("await using closes the pipes and waits for the end", async () => {
  const child = new Popen(["cat"], { stdin: PIPE, stdout: PIPE });
  await child[Symbol.asyncDispose]();
  expect([child.returncode, child.stdin.closed, child.stdout.closed]).toEqual([0, true, true]);
});

test(
  "with a session of its own a child is killed together with what it started",
  inFiber(function* () {
    const line = `sleep ${FOR_EVER} & echo ready; sleep ${FOR_EVER}`;
    const child = new Popen(line, { shell: true, stdout: PIPE, text: true, startNewSession: true });
    expect(yield* child.stdout.readLine()).toBe("ready\n");
    child.kill();
    expect(yield* child.wait()).toBe(-9);
    // The pipe ends only when nobody holds it any more.
    expect(yield* child.stdout.readAll()).toBe("");
    child.kill();
  }),
);

test(
  "killed at every stage, children leave no process, pipe or fiber behind",
  inFiber(function* () {
    const round = function* () {
      const child = new Popen(["cat"], { stdin: PIPE, stdout: PIPE, stderr: PIPE, text: true });
      const fibers = [
        spawn(() => child.stdout.readLine()),
        spawn(() => child.stderr.readAll()),
        spawn(() => child.stdin.write("x".repeat(1_000_000))),
        spawn(() => child.wait()),
        spawn(() => child.communicate({ timeout: "1 hour" })),
      ];
      yield* sleep();
      for (const fiber of fibers) yield* fiber.kill();
      child.kill();
      yield* child.communicate();
      expect(childPids()).toEqual([]);
    };
    yield* round();
    const before = openFiles();
    for (let i = 0; i < 20; i++) yield* round();
    // Node closes a pipe some turns after its end; one that it never closes shows as a hang.
    while (openFiles() > before) yield* sleep(5);
  }),
);
