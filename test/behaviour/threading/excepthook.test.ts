import { GreenletExit, sleep, type Yieldable } from "fibril";
import {
  currentThread,
  type ExceptHookArgs,
  excepthook,
  exit,
  SystemExit,
  setExcepthook,
  Thread,
} from "fibril/threading";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ErrorLines, takeErrors } from "../../harness/console.ts";
import { virtually } from "../../harness/virtual.ts";

let errors: ErrorLines;
let exitCode: typeof process.exitCode;

beforeEach(() => {
  errors = takeErrors();
  exitCode = process.exitCode;
});
afterEach(() => {
  errors.release();
  setExcepthook(null);
});

class Broken extends Error {}

function failing(error: unknown, name = "worker"): Thread {
  const thread = new Thread({
    name,
    *target(): Generator<Yieldable, void, unknown> {
      yield* sleep(1);
      throw error;
    },
  });
  thread.start();
  return thread;
}

test(
  "an error that a thread does not catch is printed; join does not throw it and the program goes on",
  virtually(function* () {
    const thread = failing(new Broken("no"));
    yield* thread.join();
    expect(thread.isAlive()).toBe(false);
    expect(errors.lines).toEqual(["Exception in thread worker: Error: no"]);
    expect(process.exitCode).toBe(exitCode);
    yield* sleep("1 minute");
    expect(errors.lines.length).toBe(1);
  }),
);

test(
  "a hook gets the error, its class and the thread, in that thread",
  virtually(function* () {
    const seen: ExceptHookArgs[] = [];
    expect(
      setExcepthook((args) => {
        expect(currentThread()).toBe(args.thread);
        seen.push(args);
      }),
    ).toBe(excepthook);
    const error = new Broken("no");
    const thread = failing(error);
    yield* thread.join();
    const thrown = failing("a string");
    yield* thrown.join();
    expect(seen).toEqual([
      { excType: Broken, excValue: error, excTraceback: error.stack, thread },
      { excType: "string", excValue: "a string", excTraceback: undefined, thread: thrown },
    ]);
    expect(errors.lines).toEqual([]);
    const [args] = seen;
    if (args !== undefined) excepthook(args);
    expect(errors.lines).toEqual(["Exception in thread worker: Error: no"]);
  }),
);

test(
  "what the hook throws is printed, and then the error itself",
  virtually(function* () {
    setExcepthook(() => {
      throw new Error("hook");
    });
    yield* failing(new Broken("no")).join();
    expect(errors.lines).toEqual([
      "Exception in threading.excepthook: Error: hook",
      "Exception in thread worker: Error: no",
    ]);
  }),
);

test(
  "a SystemExit, or a kill, ends a thread in silence, and its finally runs",
  virtually(function* () {
    const trace: string[] = [];
    const thread = new Thread({
      target: () => {
        try {
          exit();
        } finally {
          trace.push("finally");
        }
      },
    });
    thread.start();
    yield* thread.join();
    for (const error of [new SystemExit(), new GreenletExit()]) yield* failing(error).join();
    yield* failing(new Broken()).fiber?.kill() ?? [];
    expect([trace, errors.lines]).toEqual([["finally"], []]);
    expect(() => exit()).toThrow(SystemExit);
    expect(new SystemExit()).toMatchObject({ name: "SystemExit", _tag: "GreenletExit" });
  }),
);

test("a hook is a function or null, and setting it gives the one before it", () => {
  const first = () => {};
  expect(setExcepthook(first)).toBe(excepthook);
  expect(setExcepthook(null)).toBe(first);
  expect(setExcepthook(null)).toBe(excepthook);
  expect(() => setExcepthook(5 as never)).toThrow("Cannot call 5 with errors");
});
