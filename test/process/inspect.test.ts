import { describe, expect } from "vitest";
import { type Places, printsAll } from "./cases.ts";
import { everywhere, onEach, start } from "./programs.ts";

/** One case is enough to see that memory that the main process holds tells the same. */
const everyMemory: Places = { brokered: ["node"] };

describe("the processes of a program tell", () => {
  printsAll(
    "who holds the locks that they wait for in a circle",
    "inspect",
    {
      deadlock: [
        "MainProcess (pid)",
        "├─ one (pid)",
        "│     holds lock#N by one #N, waited for by two (pid)",
        "│     waits for lock#N (held by two (pid))",
        "└─ two (pid)",
        "      waits for lock#N (held by one #N of one (pid))",
        "      holds lock#N, waited for by one (pid)",
        "one lock#N.acquire (held by two (pid))",
        "two lock#N.acquire (held by fiber 1 of one (pid))",
        "These wait for each other:",
        "   one of one (pid) for lock#N, held by main of two (pid)",
        "   main of two (pid) for lock#N, held by one of one (pid)",
      ],
    },
    everyMemory,
  );
  printsAll("what one holds that does not answer, and how it ended", "inspect", {
    busy: [
      "MainProcess (pid)",
      "└─ spinner (pid): does not answer (busy)",
      "      holds lock#N by fiber 1",
      "spinner ended -9",
    ],
    stopped: ["silent stopped", "running sleep(60s)"],
  });
  printsAll("what those below them do, also where those do not answer", "inspect", {
    nested: [
      "MainProcess (pid)",
      "└─ parent (pid)",
      "   └─ grandchild (pid): does not answer (busy)",
      "         holds lock#N by fiber 1",
    ],
  });
  printsAll("what else they wait for", "inspect", {
    waits: [
      "MainProcess (pid)",
      "│  queue#N: 1 of 1 item, 1 unfinished, put: renamed (pid), join: renamed (pid)",
      "│  queue#N: 0 items, 0 unfinished, get: renamed (pid)",
      "└─ renamed (pid)",
      "      waits for condition#N (to be notified)",
      "      waits for event#N (not set)",
      "      waits for semaphore#N (0 free)",
      "      waits for barrier#N (1 of 2 are there)",
      "      holds rlock#N by waiter #N",
      "      queue#N: 0 items, 0 unfinished, get: renamed (pid)",
      "      queue#N: 1 of 1 item, 1 unfinished, put: renamed (pid), join: renamed (pid)",
      "sleep(60s)",
      "event#N.wait",
      "semaphore#N.acquire (0 free)",
      "condition#N.wait",
      "barrier#N.wait (1 of 2 are there)",
      "queue#N.get (empty)",
      "queue#N.put (full)",
      "queue#N.join (1 unfinished)",
    ],
  });
  printsAll("what they are and have, and nothing to who asks wrongly", "inspect", {
    pipes: [
      "pipe#N, end 1: 0 to receive, 1 not received, receive: MainProcess (pid), other end: MainProcess (pid)",
      "pipe#N, end 2: 1 to receive, 0 not received, other end: MainProcess (pid)",
      "receive from pipe#N,processInfo",
      "EOFError",
    ],
    kinds: [
      "Lock#N is held by MainProcess true",
      "Lock#N.acquire of the manager",
      "Lock#N.acquire for late (pid)",
      "manager running",
      "process running",
      "spare running",
    ],
    refusals: [
      "RangeError: Cannot ask processes without end: one that is stopped never answers",
      "TypeError: Cannot ask processes with 5 as options: pass an object such as { timeout: 5 } (milliseconds)",
      'TypeError: Cannot print processes with "x" as options: pass an object such as { timeout: 5 } (milliseconds)',
      'RangeError: Cannot print on the signal "SIGNOT": there is none, try "SIGUSR2"',
      "RangeError: Cannot format 0 fibers: pass a limit above 0",
    ],
  });
  printsAll("while they are killed, and leave nothing behind", "inspect", {
    kills: ["12 12 -9"],
    often: ["0 timers left: 0"],
  });
  onEach(everywhere, "all of that on standard error, at a signal", async (runtime) => {
    const program = start(runtime, "inspect", ["signal"]);
    await program.printed("ready");
    program.signal("SIGUSR2");
    const { stderr, code } = await program.ended;
    expect(code).toBe(0);
    const lines = stderr.replace(/pid \d+/g, "pid").split("\n");
    expect(lines[0]).toBe("MainProcess (pid)");
    const ofPool = lines.filter((line) => /pool|PoolWorker/.test(line));
    // Whichever worker was ready first has the first task.
    expect([...ofPool.slice(0, 2).sort(), ...ofPool.slice(2)]).toEqual([
      "│    main   result.get of blockFor(60000), in PoolWorker-1 (pid)",
      "│    main   result.get of blockFor(60000), in PoolWorker-2 (pid)",
      "│    main   pool.join (2 workers, 2 tasks under way, 1 waiting)",
      "│  pool of 2, closed: 1 waiting for a worker",
      "│    PoolWorker-1 (pid): blockFor(60000)",
      "│    PoolWorker-2 (pid): blockFor(60000)",
      "├─ PoolWorker-1 (pid), pool worker: does not answer (sleeping)",
      "└─ PoolWorker-2 (pid), pool worker: does not answer (sleeping)",
    ]);
    expect(lines).toContain("│    main   result.get of blockFor(60000), which waits for a worker");
  });
});
