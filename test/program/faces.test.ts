import { describe, expect } from "vitest";
import { count, current, onEach, run } from "./run.ts";

describe("tasklets", () => {
  onEach(current, "leave a LoopExit to a main one that nobody can wake", async (runtime) => {
    const ended = await run(runtime, "faces", ["deadlock"]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.lines.join("\n")).toMatch(
      /^true Nothing can wake "main": 1 fiber is parked.*\n {2}main +channel.receive$/,
    );
  });

  onEach(current, "that are stuck elsewhere throw their LoopExit out of run", async (runtime) => {
    const ended = await run(runtime, "faces", ["stuckElsewhere"]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    // Who runs, and below it who is stuck.
    expect(ended.lines).toEqual(["true 3"]);
  });

  onEach(current, "that are blocked or paused keep no program alive", async (runtime) => {
    const ended = await run(runtime, "faces", ["blockedAtTheEnd"]);
    expect(ended).toMatchObject({ code: 0, stderr: "", lines: ["-3"] });
  });

  onEach(current, "go on at the end of a program that does not run them", async (runtime) => {
    const ended = await run(runtime, "faces", ["withoutRun"]);
    expect(ended).toMatchObject({ code: 0, stderr: "", lines: ["main", "tasklet"] });
  });

  onEach(current, "that fail where nobody sees it are reported", async (runtime) => {
    const ended = await run(runtime, "faces", ["unseenFailure"]);
    expect(ended.code).toBe(1);
    expect(count(ended.stderr, "failed and nobody looked")).toBe(1);
    expect(ended.stderr).toMatch(
      /Fiber "broken-\d+", spawned at test\/program\/fixtures\/faces.ts/,
    );
  });
});

describe("threads", () => {
  onEach(current, "are waited for at the end", async (runtime) => {
    const ended = await run(runtime, "faces", ["waitsForThreads"]);
    expect(ended).toMatchObject({ code: 0, stderr: "", lines: ["main over", "thread over"] });
  });

  onEach(current, "that are daemons die with the program", async (runtime) => {
    const ended = await run(runtime, "faces", ["daemons"]);
    expect(ended).toMatchObject({ code: 0, stderr: "", lines: ["daemon begins", "true"] });
  });

  onEach(current, "that are daemons can be joined", async (runtime) => {
    const ended = await run(runtime, "faces", ["joinsDaemon"]);
    expect(ended).toMatchObject({ code: 0, stderr: "", lines: ["false"] });
  });

  onEach(current, "that fail are printed, and the program ends well", async (runtime) => {
    const ended = await run(runtime, "faces", ["uncaught"]);
    expect(ended).toMatchObject({ code: 0, lines: ["main goes on"] });
    expect(count(ended.stderr, "Exception in thread worker:")).toBe(1);
    expect(ended.stderr).toContain("RangeError: broken");
  });

  onEach(current, "that nothing can wake make the program fail", async (runtime) => {
    const ended = await run(runtime, "faces", ["deadlockedThreads"]);
    expect(ended).toMatchObject({ code: 1, lines: ["main goes on"] });
    expect(count(ended.stderr, "Exception in thread worker:")).toBe(1);
    expect(ended.stderr).toMatch(/LoopExit: Nothing can wake.*lock.acquire/s);
  });
});
