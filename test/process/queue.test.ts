import { describe, expect, test } from "vitest";
import { everywhere, onEach, run, start } from "./programs.ts";
import { transcript } from "./transcript.ts";

const full =
  "Cannot put into the queue: it is full (maxsize 2). put() without options waits for room";
const empty = "Cannot get from the queue: it is empty. get() without options waits for an item";
const shutForGet =
  "Cannot get from the queue: it was shut down and is empty. An iteration over it just ends";

const NOBODY = 'Nothing can wake "main": 1 fiber is parked and no timer, socket or process is open';

describe("a queue between processes", () => {
  transcript("does what it says", "queue", {
    // It brings what a child puts, in order.
    basics: ["[42,null,Hello]", "[43,null,HI]", "0 true"],
    // It brings values as they were at the put.
    values: [
      "[1,xixi,2]",
      "undefined",
      "null",
      "-0",
      "100000000000000000000n",
      "é",
      "1970-01-01T00:00:00.000Z",
      "/a/g",
      "true",
      "Map [[a,Set [1]]]",
      "[1,2,3]",
      "Float64Array [1.5,-2]",
      "RangeError: too far",
      "Doing something fancy for Dan",
      "true",
    ],
    // It can be used in one process, and refuses what makes no sense.
    here: [
      "false 1 false 1 true",
      "true 2 2",
      `Full! Full: ${full}`,
      `Full! Full: ${full}`,
      "Full! Full: Cannot put into the queue: it was full (maxsize 2) for 1ms",
      "1 2",
      `Empty! Empty: ${empty}`,
      `Empty! Empty: ${empty}`,
      "Empty! Empty: Cannot get from the queue: it was empty for 1ms",
      "RangeError: Cannot get with a negative timeout: pass milliseconds >= 0, or none to wait for ever",
      "TypeError: Cannot get with 5 as options: pass an object such as { timeout: 5 } (milliseconds)",
      'UnsendableError: Cannot send item.jobs[0].callback to another process: it is the function "callback"; send its name, or the data that it needs',
      "0",
      "RangeError: Cannot give a queue the maxsize 1.5: pass an integer, 0 for as many as come",
      'TypeError: Cannot give a queue the maxsize "3": pass a number',
      "nothing was thrown",
      "nothing was thrown",
      "nothing was thrown",
      "RangeError: taskDone() called too many times: every task of the queue is done. Call it once for each get",
      "ProcessError: Cannot join the thread of a queue that is open: close() it before",
      "ProcessError: Cannot put into the queue: this process has closed it",
      "ProcessError: Cannot get from the queue: this process has closed it",
      "true",
    ],
    // It can be shut down.
    shutdown: [
      "ShutDown! ShutDown: Cannot put into the queue: it was shut down. Shut it down after the last put",
      "ShutDown! ShutDown: Cannot put into the queue: it was shut down. Shut it down after the last put",
      "1 2",
      `ShutDown! ShutDown: ${shutForGet}`,
      `ShutDown! ShutDown: ${shutForGet}`,
      "true true 0",
    ],
    // It keeps 10 MB of a child that has ended and was joined before.
    drain: ["0 40", "40 true"],
    // It loses nothing between many that put and many that get.
    manyToMany: ["600 true 0"],
    // It goes over another queue, and stays the same object where it was.
    overQueue: ["answered", "true", "mine"],
    // It loses no item to a fiber that was killed, late, or chose another.
    waiting: [
      "Error: no more",
      "TimeoutError: Timed out after 1ms",
      "1 2 true",
      "3 true",
      '{"key":"other","value":"other"}',
      "0 0",
      '{"index":0} 1',
    ],
    // It blocks nobody, and takes at most what it had in hand.
    killed: [
      "flow.written -9 0,1,3,4,5 7 8",
      "flow.put -9 0,1,2,3,4,5 7 8",
      "flow.read -9 0,1,2,3,4,5 7 8",
      "flow.got -9 0,1,3,4,5 7 8",
    ],
    // It are joined, whoever does them.
    joinable: ["true 0", "[0,1,4,9,16,25,36,49,64,81]"],
    // It count as done when the process has ended that had them.
    // A task counts as done when it went with the process that had it, and not before.
    killedWithTask: ["flow.read 1 1 0", "true", "flow.got 0 0 1", "true"],
    lostTask: [
      "has one in hand",
      "2 false",
      "1 1",
      "2",
      "true",
      "RangeError: taskDone() called too many times: every task of the queue is done. Call it once for each get",
    ],
  });

  // In a program of its own: another one's daemons could still put something.
  transcript("reports a wait when those have ended who could end it", "queue", {
    deserted: [`LoopExit: ${NOBODY}`, `LoopExit: ${NOBODY}`],
  });
  onEach(everywhere, "reports a wait that nobody can end", async (runtime) => {
    const { code, stderr } = await run(runtime, "queue", ["alone"]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/queue#\d+\.get \(empty\)/);
    expect(stderr).toContain("LoopExit");
  });
});

describe("queues among processes that are killed all the time", () => {
  // `FIBRIL_STORM=2000 npx vitest run test/process/queue.test.ts -t killed` for a long one.
  const kills = process.env["FIBRIL_STORM"] ?? "4";
  const limit = 60_000 + Number(kills) * 3000;

  test.each([
    ["with", {}],
    ["without", { FIBRIL_SHM: "0" }],
  ])(
    "lose only what was in hand, bring nothing twice, and go on, %s shared memory",
    {
      timeout: limit,
    },
    async (_with, env) => {
      const { lines, stderr } = await start("node", "queue-storm", [kills], { limit, env }).ended;
      expect({ lines, stderr }).toEqual({
        stderr: "",
        lines: [
          "none came twice: true",
          "lost no more than was in hand: true",
          "goes on: -1 -2",
          "left behind: 0",
        ],
      });
    },
  );
});
