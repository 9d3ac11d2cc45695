import { connect, createServer } from "node:net";
import { describe, expect } from "vitest";
import { count, current, everywhere, onEach, pause, run, siteOf, start } from "./run.ts";

describe("fibers that nothing can wake", () => {
  onEach(everywhere, "are reported with who waits for whom", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["parked"]);
    expect(ended.code).toBe(1);
    expect(count(ended.stderr, "LoopExit: Nothing can wake")).toBe(1);
    expect(ended.stderr).toContain("3 fibers are parked and no timer, socket or process is open");
    const rows = ended.stderr.split("\n").filter((line) => /^ {2}(outer|└─| {3}└─)/.test(line));
    expect(rows.map((row) => row.trim().replace(/ {2,}/g, " | ").replace(/:\d+$/, ""))).toEqual([
      `outer | join(middle) | ${siteOf("loop-exit", "the site of the outer one")}`,
      `└─ middle | join(stuck) | ${siteOf("loop-exit", "the site in the middle")}`,
      `└─ stuck | sleep(Infinity) | ${siteOf("loop-exit", "the site of the stuck one")}`,
    ]);
  });

  onEach(current, "may wait for a promise", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["promise"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/asker {2}until\(promise\)/);
  });

  onEach(current, "may be async functions, shown by what they await", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["asyncBody"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("1 fiber is parked");
    expect(ended.stderr).toMatch(/async {2}sleep\(Infinity\) {2}test\/program/);
  });

  onEach(current, "are not those that a daemon will wake which sleeps", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["sleepingDaemon"]);
    expect([ended.stderr, ended.code]).toEqual(["", 0]);
    expect(ended.lines).toEqual(["true", "daemon is done"]);
  });

  onEach(current, "are not those that AbortSignal.timeout will strike", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["timedSignals"]);
    expect([ended.stderr, ended.code]).toEqual(["", 0]);
    expect(ended.lines).toEqual(["TimeoutError", "TimeoutError", "TimeoutError"]);
  });

  onEach(current, "leave daemons out of the report", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["daemonAside"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('Nothing can wake "stuck": 1 fiber is parked');
    expect(ended.stderr).not.toContain("daemon");
  });

  onEach(current, "run their cleanup", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["cleanup"]);
    expect(ended.code).toBe(1);
    expect(ended.lines).toEqual(["cleaned up"]);
    expect(count(ended.stderr, "LoopExit: Nothing can wake")).toBe(1);
  });
});

describe("a LoopExit", () => {
  onEach(
    everywhere,
    "rejects what an async main function awaits, and it goes on",
    async (runtime) => {
      const ended = await run(runtime, "loop-exit", ["asyncMain"]);
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      expect(ended.lines).toEqual([
        'caught true Nothing can wake "stuck": 2 fibers are parked and no timer, socket or process is open',
        "went on",
      ]);
    },
  );

  onEach(
    current,
    "fails a fiber that never begins, and reaches who waits for it",
    async (runtime) => {
      const ended = await run(runtime, "loop-exit", ["neverBegun"]);
      expect(ended).toMatchObject({ code: 0, stderr: "", lines: ["caught true"] });
    },
  );

  onEach(current, "comes in spite of a timeout that never does", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["neverStruck"]);
    expect(ended).toMatchObject({ code: 0, stderr: "", lines: ["true", "true", "true"] });
  });

  onEach(current, "ends a main function that does not catch it", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["asyncMainUncaught"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('Nothing can wake "stuck"');
    expect(ended.stderr).toMatch(/main {6}joinAll\(stuck\)/);
  });

  onEach(current, "names the main program where it waits by itself", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["awaitsSleep"]);
    expect(ended.code).toBe(0);
    expect(ended.lines[0]).toContain('Nothing can wake "main": 1 fiber is parked');
    expect(ended.lines[1]).toBe("  main  sleep(Infinity)");
  });

  onEach(current, "can be caught in the fiber, which goes on", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["caught"]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.lines).toEqual(["caught true", "went on"]);
  });

  onEach(current, "comes again to one who waits for nothing again", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["twice"]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.lines).toEqual(["first true", "second true"]);
  });

  onEach(current, "ends the program if it is caught for ever", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["forever"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('Nothing can wake "stubborn"');
  });

  onEach(current, "strikes at the join that closes a cycle, though timers run", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["cycle"]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    const [head, ...rows] = ended.lines;
    expect(head).toBe('Deadlock: "second", "first" wait for each other');
    expect(rows.map((row) => row.trim().split(/ {2,}/).slice(0, 2))).toEqual([
      ["second", "join(first)"],
      ["└─ first", "join(second)"],
    ]);
  });

  onEach(current, "waits for the last timer, whoever's it is", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["unrelatedTimer"]);
    expect(ended.code).toBe(1);
    expect(ended.lines).toEqual(["timer"]);
    expect(ended.stderr).toContain('Nothing can wake "stuck"');
  });

  onEach(current, "does not wait for a timer that was cancelled", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["cancelledThenStuck"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('Nothing can wake "stuck"');
  });
});

describe("no LoopExit comes while fibers wait for", () => {
  onEach(everywhere, "the client of a server", async (runtime) => {
    const program = start(runtime, "loop-exit", ["server"]);
    const port = Number(await program.printed("port"));
    await pause(1500);
    connect(port, "127.0.0.1").on("error", () => {});
    const ended = await program.ended;
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.lines.at(-1)).toBe("got a client");
  });

  onEach(everywhere, "data on a socket", async (runtime) => {
    const server = createServer((socket) => {
      socket.on("error", () => {});
      setTimeout(() => socket.write("bytes"), 1500);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const port = String((server.address() as { port: number }).port);
    const ended = await run(runtime, "loop-exit", ["connected", port]);
    server.close();
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.lines.at(-1)).toBe("got bytes");
  });

  const others = { child: "got exit 0", timer: "got a timer", mayTimeOut: "gave up" };
  for (const [name, line] of Object.entries(others)) {
    onEach(current, name, async (runtime) => {
      const ended = await run(runtime, "loop-exit", [name]);
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      expect(ended.lines).toEqual([line]);
    });
  }
});

describe("a timer that was cancelled", () => {
  onEach(everywhere, "keeps no program alive", async (runtime) => {
    const ended = await run(runtime, "loop-exit", ["cancelledTimer"]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.lines).toEqual(["done"]);
  });
});
