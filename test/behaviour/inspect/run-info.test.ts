import { readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as Effect from "effect/Effect";
import { getHub, joinAll, kill, killAll, sleep, spawn, spawnLater, type Yieldable } from "fibril";
import {
  type FiberInfo,
  formatRunInfo,
  printRunInfo,
  printRunInfoOnSignal,
  type RunInfo,
  recordFibers,
  runInfo,
} from "fibril/inspect";
import { Lock } from "fibril/sync";
import * as testing from "fibril/testing";
import { expect, test } from "vitest";
import { takeErrors } from "../../harness/console.ts";
import { virtually } from "../../harness/virtual.ts";

const infoOf = (name: string): FiberInfo | undefined =>
  runInfo().fibers.find((fiber) => fiber.name === name && !fiber.guest);

/** The lines of the tree, with one blank between columns and no header. */
const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .slice(2)
    .map((line) => line.replace(/^ {2}/, "").replaceAll(/([^\s│]) {2,}/g, "$1 | "));

test(
  "each fiber is there with its state and what it waits for",
  virtually(function* () {
    const lock = new Lock();
    yield* lock.acquire();
    spawn({ name: "asleep" }, () => sleep("2 seconds"));
    spawn({ name: "locked out" }, () => lock.acquire());
    spawn({ name: "in an Effect" }, () => Effect.never);
    spawn({ name: "daemon", daemon: true }, () => sleep("1 hour"));
    yield* sleep(1);
    spawn({ name: "fresh" }, () => 1);
    const ready = spawn({ name: "ready" }, () => sleep(0));
    const later = spawnLater("1 minute", function late() {});
    expect(infoOf("main")).toMatchObject({ status: "running", daemon: false, holders: [] });
    expect(infoOf("main")?.parkReason).toBe(undefined);
    expect(infoOf("asleep")).toMatchObject({ status: "suspended", parkReason: "sleep(2s)" });
    const lockedOut = infoOf("locked out");
    expect(lockedOut?.parkReason).toContain("lock.acquire");
    expect(lockedOut?.holders).toEqual(["main"]);
    expect(infoOf("in an Effect")).toMatchObject({ parkReason: "Effect" });
    expect(infoOf("daemon")).toMatchObject({ daemon: true, guest: false });
    expect(infoOf("fresh")).toMatchObject({ status: "pending" });
    expect(infoOf(later.name)).toMatchObject({
      status: "pending",
      parkReason: "spawnLater(60s)",
    });
    expect(infoOf("ready")).toMatchObject({ id: ready.id });
    const { spawnSite, spawningStack, parent } = infoOf("fresh") as FiberInfo;
    expect(spawnSite).toMatch(/run-info\.test\.ts:\d+:\d+$/);
    expect(spawningStack[0]).toContain("run-info.test.ts");
    expect(parent).toBe(infoOf("main")?.id);
  }),
);

test(
  "the numbers are the hub's",
  virtually(function* () {
    spawn(() => sleep(5));
    spawn(() => sleep(0));
    yield* sleep(1);
    const last = spawn(() => 1);
    const info = runInfo();
    expect(info).toMatchObject({ spawned: last.id, ready: 1, timers: getHub().timers });
    expect(info.turns).toBeGreaterThan(0);
    expect(new Date(info.time).toISOString()).toBe(info.time);
    expect(["node", "deno", "bun"]).toContain(info.runtime);
    expect(info.pid).toBe(process.pid);
  }),
);

test(
  "nothing of it is lost in JSON",
  virtually(function* () {
    spawn(() => sleep(5));
    yield* sleep(1);
    const info = runInfo();
    expect(JSON.parse(JSON.stringify(info))).toEqual(info);
  }),
);

test(
  "awaits outside of fibers are there, below the fiber whose they are",
  virtually(function* () {
    const body = async () => {
      await Promise.all([sleep(5), sleep(6)]);
    };
    const fiber = spawn({ name: "async" }, body);
    yield* sleep(1);
    const guests = runInfo().fibers.filter(({ guest }) => guest);
    const ids = guests.map(({ id }) => id);
    expect(ids.every((id) => id < 0)).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
    const its = guests.filter(({ parent }) => parent === fiber.id);
    expect(its.map(({ parkReason }) => parkReason)).toEqual(["sleep(5ms)", "sleep(6ms)"]);
  }),
);

test("a look is no look at a failure: that is still reported", async () => {
  const { exitCode } = process;
  const errors = takeErrors();
  const failing = spawn(function* () {
    spawn({ name: "child" }, () => sleep("1 hour"));
    yield* sleep(1);
    throw new Error("unseen");
  });
  await failing.join();
  expect(runInfo().fibers.find(({ id }) => id === failing.id)?.status).toBe("failure");
  expect(formatRunInfo()).toContain("(ended: failure)");
  await errors.until((line) => line.includes("unseen"));
  errors.release();
  process.exitCode = exitCode ?? 0;
  await killAll(getHub().fibers);
});

test(
  "the text is a tree by spawner, and an ended spawner stays in it",
  virtually(function* () {
    const ended = spawn({ name: "parent" }, function* () {
      spawn({ name: "elder" }, function* () {
        spawn({ name: "grandchild" }, () => sleep(70));
        yield* sleep(60);
      });
      spawn({ name: "younger", daemon: true }, () => sleep(80));
      yield* sleep(1);
    });
    spawn(function* unnamed() {
      yield* sleep(50);
    });
    yield* sleep(5);
    const rest = getHub().fibers;
    const id = (name: string) => rest.find((fiber) => fiber.name === name)?.id;
    const site = "test/behaviour/inspect/run-info.test.ts";
    const lines = linesOf(formatRunInfo()).map((line) =>
      line.replace(/ \| \S*run-info.*$/, ` | ${site}`),
    );
    const unnamed = rest.find(({ name }) => name.startsWith("unnamed"))?.name;
    expect(lines.filter((line) => !line.includes("join"))).toEqual([
      `main #${id("main")} | (running)`,
      `├─ parent #${ended.id} | (ended: success) | ${site}`,
      `│  ├─ elder #${id("elder")} | sleep(60ms) | ${site}`,
      `│  │  └─ grandchild #${id("grandchild")} | sleep(70ms) | ${site}`,
      `│  └─ younger #${id("younger")} (daemon) | sleep(80ms) | ${site}`,
      `└─ ${unnamed} | sleep(50ms) | ${site}`,
    ]);
  }),
);

test(
  "a snapshot can be written later, and by another program",
  virtually(function* () {
    const fiber = spawn({ name: "gone" }, () => sleep(5));
    yield* sleep(1);
    const info = JSON.parse(JSON.stringify(runInfo())) as RunInfo;
    yield* kill(fiber);
    expect(formatRunInfo()).not.toContain("gone");
    expect(formatRunInfo({ info })).toContain("gone");
  }),
);

test("a fiber that fibril itself spawned is shown with the line of the program", () => {
  const library = `at new ServerRun (${new URL("../../../src/net/server-run.ts", import.meta.url)}:5:3)`;
  const shown = (...spawningStack: string[]) => {
    const fiber = { id: 1, name: "server", status: "suspended", daemon: false, guest: false };
    const fibers = [{ ...fiber, holders: [], spawnSite: "somewhere", spawningStack }];
    return formatRunInfo({ info: { ...runInfo(), fibers } as RunInfo });
  };
  expect(shown(library, "at main (file:///app/crawl.ts:3:7)")).toContain("/app/crawl.ts:3:7");
  expect(shown(library)).not.toMatch(/spawned at|server-run|somewhere/);
  expect(shown()).toContain("somewhere");
});

test(
  "stacks and a limit",
  virtually(function* () {
    function* spawner() {
      const fibers = [1, 2, 3].map(() => spawn({ name: "many" }, () => sleep(5)));
      yield* joinAll(fibers);
    }
    spawn(spawner);
    yield* sleep(1);
    const text = formatRunInfo({ stacks: true });
    expect(text).toMatch(/at .*run-info\.test\.ts/);
    expect(text).not.toContain("turn.ts");
    const short = formatRunInfo({ limit: 1 });
    expect(short.split("\n").length).toBe(4);
    expect(short).toMatch(/… and \d+ more$/);
    expect(() => formatRunInfo({ limit: 0 })).toThrow(RangeError);
    expect(() => formatRunInfo({ limit: Number.NaN })).toThrow(RangeError);
  }),
);

test(
  "a chain of thousands of spawners is no problem",
  virtually(function* () {
    let left = 5000;
    function* next(): Generator<Yieldable<never>, void, unknown> {
      if (left-- > 0) spawn(next);
      yield* sleep("1 hour");
    }
    spawn(next);
    yield* sleep(1);
    const info = runInfo();
    expect(info.fibers.length).toBeGreaterThan(5000);
    expect(formatRunInfo({ info, limit: 5 }).split("\n").length).toBe(8);
  }),
);

test(
  "ages, steps and time on the processor are known while fibers are recorded",
  virtually(function* () {
    const before = spawn({ name: "before" }, () => sleep("1 hour"));
    yield* sleep(1);
    const recording = recordFibers();
    function* busy() {
      const end = performance.now() + 5;
      while (performance.now() < end);
      yield* sleep(10);
      yield* sleep("1 hour");
    }
    spawn({ name: "busy" }, busy);
    yield* sleep(1500);
    const info = infoOf("busy");
    expect(info).toMatchObject({ age: 1500, steps: 2 });
    expect(info?.busy).toBeGreaterThanOrEqual(5);
    expect(infoOf("before")?.age).toBe(undefined);
    expect(formatRunInfo()).toMatch(/busy #\d+ +sleep\(3600s\) +1\.5s/);
    yield* sleep("3 hours");
    recording.stop();
    recording.stop();
    spawn({ name: "after" }, () => sleep("1 hour"));
    yield* sleep("5 minutes");
    expect(infoOf("after")?.age).toBe(undefined);
    yield* kill(before);
  }),
);

test(
  "two recordings do not stop each other",
  virtually(function* () {
    const [first, second] = [recordFibers(), recordFibers()];
    first[Symbol.dispose]();
    spawn({ name: "fiber" }, () => sleep(5));
    yield* sleep(2);
    expect(infoOf("fiber")?.age).toBe(2);
    second.stop();
  }),
);

test(
  "it is printed to standard error, a stream or a file, as text or JSON",
  virtually(function* () {
    spawn({ name: "nap" }, () => sleep(5));
    yield* sleep(1);
    const errors = takeErrors();
    printRunInfo();
    testing.printRunInfo({ json: true });
    errors.release();
    expect(errors.lines[0]).toMatch(/nap #\d+ +sleep\(5ms\)/);
    expect(JSON.parse(errors.lines[1] ?? "")).toMatchObject({ pid: process.pid });
    const written: string[] = [];
    printRunInfo({ stream: { write: (text) => written.push(text) } });
    expect(written.join("")).toMatch(/nap #\d+ +sleep\(5ms\).*\n$/s);
    const file = join(tmpdir(), `fibril-run-info-${process.pid}`);
    printRunInfo({ file, json: true });
    printRunInfo({ file, json: true });
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    rmSync(file);
    expect(lines.map((line) => JSON.parse(line).fibers.length)).toEqual([
      runInfo().fibers.length,
      runInfo().fibers.length,
    ]);
  }),
);

test("a file that can't be written is an error at the call", () => {
  expect(() => printRunInfo({ file: join(tmpdir(), "no-such-folder", "x") })).toThrow(/ENOENT/);
});

test("an unknown signal is refused, and a listener is taken off again", () => {
  expect(() => printRunInfoOnSignal("SIGNOTHING")).toThrow(RangeError);
  const before = process.listenerCount("SIGUSR2");
  const printing = printRunInfoOnSignal();
  expect(process.listenerCount("SIGUSR2")).toBe(before + 1);
  printing.stop();
  printing[Symbol.dispose]();
  expect(process.listenerCount("SIGUSR2")).toBe(before);
});
