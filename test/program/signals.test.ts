import { describe, expect } from "vitest";
import {
  count,
  current,
  type Ended,
  everywhere,
  onEach,
  pause,
  type Runtime,
  start,
} from "./run.ts";

/** Starts a fixture, waits until it is ready and sends it the signals, one after the other. */
async function interrupt(
  runtime: Runtime,
  fixture: string,
  name: string,
  signal: NodeJS.Signals,
): Promise<Ended> {
  const program = start(runtime, fixture, [name]);
  await program.printed("ready");
  program.signal(signal);
  return await program.ended;
}

/** What spawnAll in the fixture prints when everything in it is cleaned up. */
const cleanups = [
  "async body aborted",
  "daemon begins its cleanup",
  "daemon is clean",
  "Effect's finalizer ran",
  "first begins its cleanup",
  "first is clean",
  "nested begins its cleanup",
  "nested is clean",
  "until's signal aborted",
];

const withMain = ["main's finally ran", ...cleanups];

describe("SIGINT kills every fiber, and every finally runs", () => {
  const programs = {
    plain: cleanups,
    asyncMain: withMain,
    runMain: withMain,
    runMainEffect: withMain,
  };
  for (const [name, lines] of Object.entries(programs)) {
    onEach(everywhere, name, async (runtime) => {
      const ended = await interrupt(runtime, "signals", name, "SIGINT");
      expect(ended).toMatchObject({ code: 130, signal: null, stderr: "" });
      expect([...ended.lines].sort()).toEqual(["ready", ...lines].sort());
    });
  }

  onEach(everywhere, "under a top-level await", async (runtime) => {
    const ended = await interrupt(runtime, "interrupted-await", "busy", "SIGINT");
    expect(ended).toMatchObject({ code: 130, signal: null, stderr: "" });
    expect([...ended.lines].sort()).toEqual([
      "fiber is clean",
      "fiber is clean",
      "main's finally ran",
      "ready",
    ]);
  });

  // Elsewhere a LoopExit ends it first.
  onEach(["deno"], "under a top-level await that nothing can settle", async (runtime) => {
    const ended = await interrupt(runtime, "interrupted-await", "parked", "SIGINT");
    expect(ended.code).toBe(130);
    expect(count(ended.stdout, "fiber is clean")).toBe(2);
  });

  onEach(current, "though they spin", async (runtime) => {
    const ended = await interrupt(runtime, "signals", "spinning", "SIGINT");
    expect(ended).toMatchObject({ code: 130, stderr: "" });
    expect(ended.lines).toEqual(["ready", "spinner is clean"]);
  });

  onEach(current, "and what a cleanup spawns", async (runtime) => {
    const ended = await interrupt(runtime, "signals", "spawnsInCleanup", "SIGINT");
    expect(ended).toMatchObject({ code: 130, stderr: "" });
    expect(ended.lines).toEqual(["ready", "a fiber of the cleanup ran"]);
  });

  onEach(current, "though one of them fails", async (runtime) => {
    const ended = await interrupt(runtime, "signals", "failingCleanup", "SIGINT");
    expect(ended.code).toBe(130);
    expect(ended.lines.at(-1)).toBe("first is clean");
    expect(ended.stderr).toContain('Fiber "bad"');
    expect(ended.stderr).toContain("in the cleanup");
  });
});

describe("a cleanup that never ends", () => {
  onEach(everywhere, "is left at once by a second SIGINT", async (runtime) => {
    const program = start(runtime, "signals", ["hang"]);
    await program.printed("ready");
    program.signal("SIGINT");
    // Two that come at once are one.
    await program.printed("hangs");
    program.signal("SIGINT");
    const began = performance.now();
    const ended = await program.ended;
    expect(ended).toMatchObject({ code: 130, signal: null });
    expect(ended.lines).toEqual(["ready", "hangs"]);
    // Its grace is five seconds.
    expect(performance.now() - began).toBeLessThan(4500);
  });

  onEach(current, "is cut after its grace", async (runtime) => {
    const ended = await interrupt(runtime, "signals", "hang", "SIGINT");
    expect(ended).toMatchObject({ code: 130, signal: null });
    expect(ended.millis).toBeGreaterThan(4900);
  });

  onEach(current, "is cut though it swallows every kill", async (runtime) => {
    const ended = await interrupt(runtime, "signals", "swallow", "SIGINT");
    expect(ended).toMatchObject({ code: 130, signal: null });
    expect(ended.stderr).toContain("was ended by force");
  });

  onEach(["node", "bun"], "is left after two graces if it is an Effect's", async (runtime) => {
    const ended = await interrupt(runtime, "signals", "endlessFinalizer", "SIGINT");
    expect(ended).toMatchObject({ code: 130, signal: null });
    expect(ended.millis).toBeGreaterThan(9900);
  });
});

describe("SIGINT is left to", () => {
  onEach(current, "a handler of the program's own", async (runtime) => {
    const ended = await interrupt(runtime, "signals", "ownHandler", "SIGINT");
    expect(ended).toMatchObject({ code: 5, stderr: "" });
    expect(ended.lines).toEqual(["ready", "mine"]);
  });

  onEach(current, "a signalHandler", async (runtime) => {
    const ended = await interrupt(runtime, "signals", "handlerOfInterrupt", "SIGINT");
    expect(ended).toMatchObject({ code: 4, stderr: "" });
    expect(ended.lines).toEqual(["ready", "handled"]);
  });
});

describe("a program whose fibers are done", () => {
  // A shell shows 130 for a plain program that SIGINT ends, too.
  onEach(everywhere, "is ended by SIGINT at once", async (runtime) => {
    const ended = await interrupt(runtime, "signals", "afterDone", "SIGINT");
    expect(ended).toMatchObject({ code: 130, signal: null, stderr: "" });
    expect(ended.lines).toEqual(["ready"]);
  });
});

describe("SIGTERM", () => {
  onEach(everywhere, "makes runMain clean up and exit with 143", async (runtime) => {
    const ended = await interrupt(runtime, "signals", "runMain", "SIGTERM");
    expect(ended).toMatchObject({ code: 143, signal: null, stderr: "" });
    expect([...ended.lines].sort()).toEqual(["ready", ...withMain].sort());
  });

  onEach(current, "has its usual effect on a program without runMain", async (runtime) => {
    const ended = await interrupt(runtime, "signals", "plain", "SIGTERM");
    expect(ended).toMatchObject({ code: null, signal: "SIGTERM" });
  });
});

describe("signalHandler", () => {
  onEach(
    everywhere,
    "handles every delivery in a new fiber, until it is cancelled",
    async (runtime) => {
      const program = start(runtime, "signals", ["handler"]);
      await program.printed("ready");
      for (let delivery = 0; delivery < 4; delivery++) {
        program.signal("SIGUSR2");
        await pause(300);
      }
      const ended = await program.ended;
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      expect(ended.lines).toEqual([
        "ready",
        "handled in handle-N",
        "again",
        "handled in handle-N",
        "again",
        "handled in handle-N",
        "cancelled",
        "a plain listener",
      ]);
    },
  );

  onEach(everywhere, "makes waiting for it no deadlock", async (runtime) => {
    const program = start(runtime, "signals", ["handlerWakes"]);
    await program.printed("ready");
    await pause(1500);
    program.signal("SIGUSR2");
    const ended = await program.ended;
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.lines).toEqual(["ready", "woken by a signal"]);
  });

  onEach(current, "keeps no program alive whose fibers are done", async (runtime) => {
    const ended = await start(runtime, "signals", ["handlerAside"]).ended;
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.lines).toEqual(["done"]);
  });
});
