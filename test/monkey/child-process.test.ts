import cp from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { type Fiber, getCurrent, sleep, spawn, until, withTimeout } from "fibril";
import { describe, expect, test } from "vitest";
import { thrownBy } from "../harness/virtual.ts";
import { type Body, deferred, parkOf, patched, yielding } from "./in-fiber.ts";

const withChildren = (body: Body) => patched({ childProcess: true }, body);

/** A program that runs until it is killed. */
const LONG = ["-e", "setTimeout(() => {}, 60_000)"];

/** What its parent has not asked for yet is dead, too. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

const exitOf = (child: cp.ChildProcess) => once(child, "exit").then(([, signal]) => signal);

describe("a child of a killed fiber", () => {
  test(
    "is killed, however it was started",
    withChildren(function* () {
      const starts = [
        () => cp.spawn(process.execPath, LONG),
        () => cp.execFile(process.execPath, LONG),
        () => cp.exec("exec sleep 60"),
        () => promisify(cp.execFile)(process.execPath, LONG).child,
      ];
      for (const start of starts) {
        let child: cp.ChildProcess | undefined;
        const fiber = spawn(function* () {
          child = start();
          yield* sleep("1 minute");
        });
        yield* sleep();
        const exit = exitOf(child as cp.ChildProcess);
        yield* fiber.kill();
        expect(yield* until(exit)).toBe("SIGKILL");
      }
    }),
  );

  test(
    "is killed with all that it has started",
    withChildren(function* () {
      const line = "sleep 60 & sh -c 'echo $$; sleep 60; :' & echo $!; wait";
      const starts = [() => cp.exec(line), () => cp.spawn(line, { shell: true })];
      for (const start of starts) {
        let output = "";
        const fiber = spawn(function* () {
          start().stdout?.on("data", (text) => {
            output += text;
          });
          yield* sleep("1 minute");
        });
        while (output.split("\n").length < 3) yield* sleep(1);
        const pids = output.trim().split("\n").map(Number);
        expect(pids.map(isAlive)).toEqual([true, true]);
        yield* fiber.kill();
        while (pids.some(isAlive)) yield* sleep(1);
      }
    }),
  );

  test(
    "is killed although it has outlived a signal",
    withChildren(function* () {
      let child: cp.ChildProcess | undefined;
      let output = "";
      const fiber = spawn(function* () {
        child = cp.spawn("sh", [
          "-c",
          "trap 'echo trapped' TERM; echo ready; while :; do sleep 1; done",
        ]);
        child.stdout?.on("data", (text) => {
          output += text;
        });
        yield* sleep("1 minute");
      });
      while (!output.includes("ready")) yield* sleep(1);
      child?.kill("SIGTERM");
      while (!output.includes("trapped")) yield* sleep(1);
      const pid = child?.pid ?? 0;
      yield* fiber.kill();
      while (isAlive(pid)) yield* sleep(1);
    }),
  );

  test(
    "calls back no more",
    withChildren(function* () {
      const called: unknown[] = [];
      let child: cp.ChildProcess | undefined;
      const fiber = spawn(function* () {
        child = cp.execFile(process.execPath, LONG, (error) => called.push(error));
        yield* sleep("1 minute");
      });
      yield* sleep();
      const closed = once(child as cp.ChildProcess, "close");
      yield* fiber.kill();
      yield* until(closed);
      expect(called).toEqual([]);
    }),
  );

  test(
    "lives on where it is detached or unref'd",
    withChildren(function* () {
      const children: cp.ChildProcess[] = [];
      const fiber = spawn(function* () {
        children.push(cp.spawn(process.execPath, LONG, { detached: true }));
        const other = cp.spawn(process.execPath, LONG);
        other.unref();
        children.push(other);
        yield* sleep("1 minute");
      });
      yield* sleep();
      yield* fiber.kill();
      for (const child of children) {
        expect(child.killed).toBe(false);
        const exit = exitOf(child);
        child.ref();
        child.kill("SIGTERM");
        expect(yield* until(exit)).toBe("SIGTERM");
      }
    }),
  );

  test(
    "that could not be started is an error as ever",
    withChildren(function* () {
      const failed = deferred<Error>();
      cp.spawn("/no/such/program").on("error", failed.done);
      expect(yield* until(failed.promise)).toMatchObject({ code: "ENOENT" });
    }),
  );
});

describe("a promisified exec", () => {
  test(
    "takes yield*, has its child, and fails as ever",
    withChildren(function* () {
      const run = promisify(cp.execFile);
      const promise = run(process.execPath, ["-e", "console.log(1 + 1)"]);
      expect(promise.child.pid).toBeGreaterThan(0);
      expect((yield* yielding(promise)).stdout).toBe("2\n");
      const error = yield* thrownBy(yielding(promisify(cp.exec)("exit 3")));
      expect(error).toMatchObject({ code: 3 });
    }),
  );

  test(
    "names itself in the park, and a timeout ends its child",
    withChildren(function* () {
      const promise = promisify(cp.execFile)(process.execPath, LONG);
      const exit = exitOf(promise.child);
      const main = getCurrent() as Fiber;
      const names: string[] = [];
      spawn(() => names.push(parkOf(main)));
      expect(yield* withTimeout(20, until(promise), { value: "late" })).toBe("late");
      expect(names).toEqual([`execFile ${process.execPath}`]);
      expect(yield* until(exit)).toBe("SIGKILL");
    }),
  );
});
