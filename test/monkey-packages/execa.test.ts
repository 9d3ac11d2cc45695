import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killAll, sleep, spawn, until } from "fibril";
import { afterAll, beforeAll, describe, expect } from "vitest";
import { thrownBy } from "../harness/virtual.ts";
import { fiberTest, inFibers, loops, numbers, type Steps, unpatched } from "./fibers.ts";

const { execa, $, ExecaError } = await import("execa");

let folder: string;

/** A shell that starts two more processes, and writes their numbers and its own. */
const family = (name: string) =>
  `sleep 300 & echo $! >> ${name}; sh -c 'echo $$ >> ${name}; sleep 300; :' & echo $$ >> ${name}; echo ready; wait`;

const numbersIn = (name: string): number[] =>
  fs.readFileSync(join(folder, name), "utf8").trim().split("\n").map(Number);

function isAlive(pid: number): boolean {
  try {
    // What its parent has not yet asked for is dead, too.
    return !/^State:\s+Z/m.test(fs.readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

function* areGone(pids: readonly number[]): Steps {
  while (pids.some(isAlive)) yield* loops(1);
}

describe("execa", () => {
  beforeAll(() => {
    folder = fs.mkdtempSync(join(tmpdir(), "fibril-execa-"));
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  fiberTest("gives many fibers the output that it gives without a patch", function* () {
    const run = (n: number) =>
      execa("sh", ["-c", `cat; echo ${n}; echo oh >&2`], { input: `in ${n} `, all: true });
    const partsOf = async (n: number) => {
      const { stdout, stderr, exitCode, command, failed } = await run(n);
      return { stdout, stderr, exitCode, command, failed };
    };
    const plain = yield* until(unpatched(() => Promise.all(numbers(24).map(partsOf))));
    const generator = function* (n: number): Steps<unknown> {
      const { stdout, stderr, exitCode, command, failed } = yield* until(run(n));
      return { stdout, stderr, exitCode, command, failed };
    };
    expect(yield* inFibers<unknown>(24, generator, partsOf)).toEqual(plain);
  });

  fiberTest(
    "a kill ends the child that its fiber waits for, with all that it has started",
    function* () {
      const bodies = [
        function* (name: string) {
          yield* until(execa("sh", ["-c", family(name)], { cwd: folder }));
        },
        async (name: string) => {
          await execa({ cwd: folder })`sh -c ${family(name)}`;
        },
        async (name: string) => {
          for await (const _line of $({ cwd: folder, shell: true })(family(name))) {
            // It says that it is ready.
          }
        },
      ];
      for (const [index, body] of bodies.entries()) {
        const name = `pids-${index}`;
        const fiber = spawn(body as (name: string) => Steps, name);
        while (!fs.existsSync(join(folder, name)) || numbersIn(name).length < 3) yield* sleep(1);
        const pids = numbersIn(name);
        expect(pids.filter(isAlive)).toEqual(pids);
        yield* fiber.kill();
        yield* areGone(pids);
      }
    },
  );

  fiberTest("killed at any step, no child is left", function* () {
    const pids: number[] = [];
    const fibers = numbers(20).map((n) => {
      const start = () => {
        const child = execa("sleep", ["300"]);
        pids.push(child.pid ?? 0);
        return child;
      };
      return n % 2 === 0 ? spawn(() => until(start())) : spawn(async () => void (await start()));
    });
    for (const [n, fiber] of fibers.entries()) {
      yield* loops(n % 4);
      yield* fiber.kill();
    }
    yield* areGone(pids);
    expect(fibers.map(({ status }) => status)).toEqual(Array(20).fill("killed"));
  });

  fiberTest("its own timeout and signals end a child as without a patch", function* () {
    const failures = async () => {
      const errors = await Promise.all([
        execa("sleep", ["300"], { timeout: 20 }).catch(partsOf),
        execa("sh", ["-c", "exit 3"]).catch(partsOf),
        execa("/no/such/program").catch(partsOf),
        execa("sh", ["-c", "kill -TERM $$"]).catch(partsOf),
        execa("sleep", ["300"], { cancelSignal: AbortSignal.timeout(20) }).catch(partsOf),
      ]);
      return errors;
    };
    const plain = yield* until(unpatched(failures));
    expect(yield* until(failures())).toEqual(plain);
    const error = yield* thrownBy(until(execa("sh", ["-c", "exit 3"])));
    expect(error).toBeInstanceOf(ExecaError);
  });

  fiberTest("pipes and lines come through while other fibers are killed", function* () {
    const victims = numbers(5).map(() => spawn(() => until(execa("sleep", ["300"]))));
    const lines = spawn(async () => {
      const seen: string[] = [];
      for await (const line of execa("sh", ["-c", "for n in 1 2 3; do echo $n; done"]))
        seen.push(line);
      return seen;
    });
    const piped = spawn(async () => {
      const { stdout } = await execa("printf", ["b\\na\\n"]).pipe("sort");
      return stdout;
    });
    yield* loops(1);
    yield* killAll(victims);
    expect(yield* lines.get()).toEqual(["1", "2", "3"]);
    expect(yield* piped.get()).toBe("a\nb");
  });

  fiberTest("what nobody waits for goes on", function* () {
    let child: ReturnType<typeof execa> | undefined;
    const fiber = spawn(function* () {
      child = execa("sh", ["-c", "read line; echo got $line"]);
      yield* sleep("1 minute");
    });
    yield* loops(1);
    yield* fiber.kill();
    child?.stdin?.end("it\n");
    const { stdout } = yield* until(child as NonNullable<typeof child>);
    expect(stdout).toBe("got it");
  });
});

function partsOf(error: unknown): unknown {
  const { name, code, exitCode, signal, timedOut, isCanceled, isTerminated, shortMessage } =
    error as InstanceType<typeof ExecaError>;
  return { name, code, exitCode, signal, timedOut, isCanceled, isTerminated, shortMessage };
}
