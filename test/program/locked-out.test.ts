import { describe, expect } from "vitest";
import { current, everywhere, onEach, run } from "./run.ts";

describe("a lock that nobody will release", () => {
  onEach(everywhere, "is reported with who holds it: the fiber itself", async (runtime) => {
    const ended = await run(runtime, "locked-out", ["twice"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('LoopExit: Nothing can wake "twice": 1 fiber is parked');
    expect(ended.stderr).toContain(
      "twice  lock.acquire (held by itself: an RLock can be acquired twice)",
    );
  });

  onEach(current, "is reported in async functions, too", async (runtime) => {
    const ended = await run(runtime, "locked-out", ["asyncTwice"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("async  lock.acquire (held by itself");
  });

  onEach(current, "rejects what the main program awaits", async (runtime) => {
    const ended = await run(runtime, "locked-out", ["mainTwice"]);
    expect(ended.code).toBe(0);
    expect(ended.lines).toEqual([
      "true main  lock.acquire (held by itself: an RLock can be acquired twice)",
    ]);
  });

  onEach(current, "is reported with a holder that has ended", async (runtime) => {
    const ended = await run(runtime, "locked-out", ["ended"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('Nothing can wake "heir": 1 fiber is parked');
    expect(ended.stderr).toContain(
      "heir  rlock.acquire (held by careless, which has ended without a release)",
    );
  });

  onEach(current, "strikes its holder, and who waits gets it then", async (runtime) => {
    const ended = await run(runtime, "locked-out", ["held"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /next +lock.acquire \(held by holder\).*\n +└─ holder +sleep\(Infinity\)/,
    );
    expect(ended.lines).toEqual(["next has it"]);
  });
});
