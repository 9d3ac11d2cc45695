import { describe, expect } from "vitest";
import { everywhere, onEach, run } from "./run.ts";

/** Every case of the fixture, and what it prints. */
const finished: Readonly<Record<string, readonly string[]>> = {
  nothing: ["no fiber at all"],
  finished: ["async done", "work done", "work done"],
  asyncMain: ["work done", "work done", "main done"],
  killed: ["killed a sleeper"],
};

const besideDaemons: Readonly<Record<string, readonly string[]>> = {
  parked: ["work done"],
  sleeping: ["work done"],
  spinning: ["work done"],
  idling: ["work done"],
  promises: ["work done"],
  effects: ["work done"],
  yielding: ["work done"],
  asyncBody: ["work done"],
  asyncSpinning: ["work done"],
  alone: ["only daemons"],
};

function endsWith(name: string, lines: readonly string[]): void {
  onEach(everywhere, name, async (runtime) => {
    const ended = await run(runtime, "ending", [name]);
    expect(ended).toMatchObject({ code: 0, signal: null, stderr: "" });
    // Which of several timers comes first is not the point here.
    expect([...ended.lines].sort()).toEqual([...lines].sort());
  });
}

describe("a program ends by itself when its fibers are done", () => {
  for (const [name, lines] of Object.entries(finished)) endsWith(name, lines);
});

describe("a daemon keeps no program alive", () => {
  for (const [name, lines] of Object.entries(besideDaemons)) endsWith(name, lines);
});

describe("a daemon that spins", () => {
  // The server is quiet: no event of it could take the daemon along.
  endsWith("besideServer", ["daemon went on"]);
  endsWith("spawnedLate", ["work done"]);
});
