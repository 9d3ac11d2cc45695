import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import { count, everywhere, onEach, pause, type Running, run, siteOf, start } from "./run.ts";

const folder = mkdtempSync(join(tmpdir(), "fibril-inspect-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Ends a program that would go on. */
async function ended(program: Running) {
  program.signal("SIGTERM");
  return await program.ended;
}

describe("a signal shows what a program does", () => {
  onEach(everywhere, "as a tree, as often as it comes", async (runtime) => {
    const program = start(runtime, "inspect", ["onSignal"]);
    await program.printed("ready");
    for (const times of [1, 2]) {
      program.signal("SIGUSR2");
      await program.printed(`printed ${times}`);
    }
    const { code, stdout, stderr } = await ended(program);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(count(stdout, "3 of 3 fibers live")).toBe(2);
    expect(stdout).toMatch(/parent #1 +joinAll\(worker a, worker b\)/);
    expect(stdout).toMatch(/├─ worker a #2 +sleep\(60s\)/);
    expect(stdout).toMatch(/└─ worker b #3 +sleep\(60s\)/);
    expect(stdout).toContain(siteOf("inspect", "name: `worker"));
  });

  onEach(everywhere, "as JSON, in a file", async (runtime) => {
    const file = join(folder, `info-${runtime}`);
    const program = start(runtime, "inspect", ["onSignalAsJson", file]);
    await program.printed("ready");
    program.signal("SIGUSR2");
    while (!existsSync(file)) await pause(20);
    const { code, stderr } = await ended(program);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const info = JSON.parse(readFileSync(file, "utf8"));
    expect(info).toMatchObject({ runtime: runtime.split("-")[0], spawned: 3, timers: 2 });
    expect(info.fibers.map(({ name }: { name: string }) => name)).toEqual([
      "parent",
      "worker a",
      "worker b",
    ]);
  });

  onEach(everywhere, "and does it no harm where that fails", async (runtime) => {
    const file = join(folder, "no-such-folder", "info");
    const program = start(runtime, "inspect", ["onSignalInVain", file]);
    await program.printed("ready");
    program.signal("SIGUSR2");
    await program.printed("Cannot print the fibers on SIGUSR2:");
    expect((await ended(program)).code).toBe(0);
  });

  onEach(everywhere, "and keeps no program alive, nor do metrics", async (runtime) => {
    const { code, stdout, stderr } = await run(runtime, "inspect", ["installed"]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "done\n", stderr: "" });
  });

  onEach(everywhere, "and hides no deadlock", async (runtime) => {
    const { code, stderr } = await run(runtime, "inspect", ["installedAndStuck"]);
    expect(code).toBe(1);
    expect(stderr).toContain("sleep(Infinity)");
  });
});

interface Event {
  readonly ph: string;
  readonly name: string;
  readonly ts: number;
  readonly dur: number;
  readonly tid: number;
  readonly args?: Readonly<Record<string, unknown>>;
}

function eventsOf(text: string): Event[] {
  return JSON.parse(text) as Event[];
}

/** Slices of one track lie in each other or apart. */
function expectNested(events: readonly Event[]): void {
  const tracks = Map.groupBy(
    events.filter(({ ph }) => ph === "X"),
    ({ tid }) => tid,
  );
  expect(tracks.size).toBeGreaterThan(0);
  for (const slices of tracks.values()) {
    const open: number[] = [];
    for (const { ts, dur } of slices.sort((a, b) => a.ts - b.ts || b.dur - a.dur)) {
      while (open.length > 0 && ts >= (open.at(-1) ?? 0) - 0.002) open.pop();
      if (open.length > 0) expect(ts + dur).toBeLessThanOrEqual((open.at(-1) ?? 0) + 0.002);
      open.push(ts + dur);
    }
  }
}

describe("a trace file", () => {
  onEach(everywhere, "is complete when the program ends by itself", async (runtime) => {
    const file = join(folder, `trace-${runtime}.json`);
    const { code, stdout, stderr } = await run(runtime, "inspect", ["traced", file]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "done\n", stderr: "" });
    const events = eventsOf(readFileSync(file, "utf8"));
    expectNested(events);
    const names = events.filter(({ name }) => name === "thread_name").map((e) => e.args?.["name"]);
    expect(names).toEqual(expect.arrayContaining(["main", "busy 1", "busy 2", "busy 3", "daemon"]));
    const arrows = ["s", "f"].map((ph) => events.filter((event) => event.ph === ph).length);
    expect(arrows).toEqual([4, 4]);
  });

  onEach(everywhere, "is complete when the program is left by exit", async (runtime) => {
    const file = join(folder, `exit-${runtime}.json`);
    const { code } = await run(runtime, "inspect", ["tracedToExit", file]);
    expect(code).toBe(3);
    expectNested(eventsOf(readFileSync(file, "utf8")));
  });

  onEach(everywhere, "can be read when the program ends by an error", async (runtime) => {
    const file = join(folder, `throw-${runtime}.json`);
    const { code } = await run(runtime, "inspect", ["tracedToThrow", file]);
    expect(code).toBe(1);
    expectNested(eventsOf(closed(readFileSync(file, "utf8"))));
  });

  onEach(everywhere, "can be read when the program is ended by force", async (runtime) => {
    const file = join(folder, `force-${runtime}.json`);
    const program = start(runtime, "inspect", ["tracedToForce", file]);
    await program.printed("ready");
    program.signal("SIGKILL");
    expect((await program.ended).signal).toBe("SIGKILL");
    const events = eventsOf(closed(readFileSync(file, "utf8")));
    expectNested(events);
    expect(events.length).toBeGreaterThan(50);
  });
});

describe("a trace file on a full disk", () => {
  onEach(everywhere, "is given up, and the program goes on", async (runtime) => {
    const { code, stdout, stderr } = await run(runtime, "inspect", ["tracedToFullDisk"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "done\n" });
    expect(count(stderr, 'Cannot go on with the trace file "/dev/full":')).toBe(1);
  });
});

/** The array that the format allows to end anywhere between two events. */
function closed(text: string): string {
  return text.trimEnd().endsWith("]") ? text : `${text}]`;
}

describe("FIBRIL_DEBUG=1", () => {
  onEach(everywhere, "reports what is nearly always a mistake, with its line", async (runtime) => {
    const debug = { env: { FIBRIL_DEBUG: "1" } };
    const { code, stdout, stderr } = await run(runtime, "inspect", ["mistakes"], debug);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "" });
    const lines = stderr.trimEnd().split("\n").sort();
    expect(lines.length).toBe(3);
    expect(lines[0]).toContain(`A delay of 0.5 ms at ${siteOf("inspect", "// half")}`);
    expect(lines[1]).toMatch(/^fibril debug: Fiber "stubborn-2"/);
    expect(lines[1]).toContain(`at ${siteOf("inspect", "// killed here")}`);
    expect(lines[2]).toContain(`The Wait of sleep() at ${siteOf("inspect", "// forgotten")}`);
  });

  onEach(everywhere, "is needed for that", async (runtime) => {
    const ended = await run(runtime, "inspect", ["mistakes"]);
    expect(ended).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });

  onEach(
    everywhere,
    "shows the fibers on SIGUSR2, and the lines in which they wait",
    async (runtime) => {
      const program = start(runtime, "inspect", ["debugged"], { env: { FIBRIL_DEBUG: "1" } });
      await program.printed("ready");
      program.signal("SIGUSR2");
      await program.printed("worker b #3");
      const { code, stdout } = await ended(program);
      expect(code).toBe(0);
      expect(stdout).toContain(
        `joinAll(worker a, worker b) at ${siteOf("inspect", "// waits here")}`,
      );
      expect(stdout).toMatch(/parent #1 .* [\d.]+ms +test\/program/);
    },
  );
});
