import { describe, expect } from "vitest";
import { type Places, printsAll } from "./cases.ts";
import { onEach, start } from "./programs.ts";

/** What differs between runtimes is below all of it: enough to try the others where processes die. */
const twoRuntimes: Places = { shared: ["node", "deno"], brokered: ["node"] };
const everyRuntime: Places = { brokered: ["node"] };

describe("what processes wait for together", () => {
  printsAll(
    "are held by one at a time, and are released by any",
    "sync",
    {
      lock: ["x 0", "x 1", "x 0", "x 1", "x 0", "x 1", "false false"],
      lockAlone: [
        "true false true",
        "false false",
        "false",
        "Error: Cannot release unlocked lock: acquire it before, and release it once",
        "RangeError: Cannot acquire with a negative timeout: pass a non-negative number of milliseconds, or none to wait for ever",
        "TypeError: Cannot acquire with 5 as options: pass an object such as { timeout: 5 } (milliseconds)",
        "used true",
        "held true",
        "in an Effect",
        "false",
      ],
      sent: [
        "true true false",
        "false",
        "false",
        "UnsendableError: Cannot send args[0] to another process: it is a Lock of this process; it lives in this process; use Lock of fibril/process",
      ],
    },
    twoRuntimes,
  );
  printsAll(
    "are held by a fiber as often as it likes, and released by it alone",
    "sync",
    {
      rlock: [
        "Error: Cannot release un-acquired lock: acquire the RLock before",
        "true true true",
        "child false false",
        "Error: Cannot release un-acquired lock: the RLock is held by fiber N of MainProcess (pid N), which alone can release it",
        "true",
        "false false",
        "true",
      ],
    },
    twoRuntimes,
  );
  printsAll(
    "give out so many permits",
    "sync",
    {
      semaphore: [
        "true 1 1 false",
        "4",
        "RangeError: Semaphore released too many times: of its 1 permits 1 are free, and 1 more came back",
        "true false true",
        "true false",
        "a 0",
        "a 1",
        "a 0",
        "a 1",
        "RangeError: Cannot create a Semaphore with -1 permits: pass an integer from 0 to 2147483647",
        "RangeError: Cannot create a Semaphore with 1.5 permits: pass an integer from 0 to 2147483647",
        'TypeError: Cannot create a Semaphore with "1" permits: pass a number',
        "RangeError: Cannot release a Semaphore 0 times: pass an integer, one or more",
      ],
    },
    twoRuntimes,
  );
  printsAll(
    "wake who waits, and give the lock back",
    "sync",
    {
      condition: ["after notifyAll", "c goes on", "c goes on"],
      conditionLevels: ["parent has it true", "child true", "child has it still true", "false"],
      conditionAlone: [
        "Error: Cannot notify on un-acquired lock: acquire the Condition before, or do it in condition.use(body)",
        "Error: Cannot wait on un-acquired lock: acquire the Condition before, or do it in condition.use(body)",
        "TypeError: Cannot make a Condition on a value of type Lock: pass a Lock or an RLock of fibril/process, or nothing for an RLock of its own",
        "false true",
        "0",
        "1",
        "false",
      ],
    },
    twoRuntimes,
  );
  printsAll(
    "let all go on that waited",
    "sync",
    {
      event: ["false false", "both saw it false", "1 true"],
    },
    twoRuntimes,
  );
  printsAll(
    "let all go on when all are there",
    "sync",
    {
      barrier: ["all are there", "all are there", "all are there", "18 3 0 false"],
      barrierBreaks: [
        "BrokenBarrierError: The barrier timed out: reset() makes it as new",
        "true",
        "BrokenBarrierError: The barrier is broken: reset() makes it as new",
        "child BrokenBarrierError true",
        "abort true",
        "child BrokenBarrierError false",
        "reset false",
        "child passed",
        "true",
        "child BrokenBarrierError true",
        "Error: action failed",
        "RangeError: Cannot make a Barrier for 0 parties: pass an integer from 1 to 4095",
        'TypeError: Cannot make a Barrier for "2" parties: pass a number',
        'UnsendableError: Cannot send barrier.action to another process: it is the function "action"; export it from the module that makes the Barrier, or name it by task(import.meta, fn)',
      ],
    },
    twoRuntimes,
  );
  printsAll(
    "are free for the next one when a process ends that had them",
    "sync",
    {
      ownerKilled: [
        "has it true",
        "has it false",
        "has it true",
        "has it false",
        "false true true",
      ],
    },
    everyRuntime,
  );
  printsAll(
    "are not held up by processes that end while they wait",
    "sync",
    {
      lockWaiterKilled: ["true false", "true"],
      conditionWaiterKilled: ["child goes on", "false"],
      eventWaiterKilled: ["set true"],
    },
    twoRuntimes,
  );
  printsAll(
    "are broken by the end of one that takes part, if they are barriers",
    "sync",
    {
      barrierWaiterKilled: [
        "child BrokenBarrierError true",
        "BrokenBarrierError: The barrier is broken: reset() makes it as new",
        "child passed",
        "child passed",
        "true",
      ],
    },
    twoRuntimes,
  );
  printsAll(
    "keep nothing of a fiber that was killed or timed out",
    "sync",
    {
      leavesNothing: ["timed out", "timed out", "timed out", "timed out", "true 0", "true true"],
    },
    twoRuntimes,
  );
});

/** Many more at a time: FIBRIL_KILLS=1000. */
const kills = process.env["FIBRIL_KILLS"] ?? "2";

describe("processes that are killed at any moment hold up nobody", () => {
  for (const what of ["lock", "condition", "barrier"]) {
    onEach(["node", "deno"], `who wait for a ${what}`, async (runtime) => {
      const limit = 50_000 + Number(kills) * 1000;
      const { stderr, lines } = await start(runtime, "sync-storm", [what, kills], { limit }).ended;
      expect({ stderr, lines }).toEqual({ stderr: "", lines: ["all go on"] });
    });
  }
});
