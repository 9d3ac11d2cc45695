import { describe, expect, test } from "vitest";
import { type Runtime, start } from "./run.ts";

const ROUNDS = 200;

/**
 * A loop that starves takes seconds for each. An idle machine takes 2 ms, a loaded one ten times that;
 * of the slowest echoes it may keep any waiting, so those are printed only.
 */
const LONGEST_MEDIAN_MS = 100;

interface Measured {
  readonly echoes: number;
  readonly p50: number;
  readonly p99: number;
  readonly timeouts: number;
  readonly sleeps: number;
}

/** An echo server beside fibers that never rest; its client is a process of its own. */
async function measure(runtime: Runtime, name: string): Promise<Measured> {
  const server = start(runtime, "fairness", [name], { limit: 30_000 });
  const port = await server.printed("port");
  const client = await start("node", "echo-client", [port, String(ROUNDS)], { limit: 30_000 })
    .ended;
  const ticks = await server.printed("ticks");
  expect(await server.ended).toMatchObject({ code: 0, stderr: "" });
  const measured: Measured = { ...JSON.parse(client.stdout), ...JSON.parse(ticks) };
  const [p50, p99] = [measured.p50, measured.p99].map((millis) => millis.toFixed(2));
  console.log(`${name} on ${runtime}: p50 ${p50} ms, p99 ${p99} ms`);
  return measured;
}

/** What runs beside the server, each in its fibers for ever. */
const loads = {
  spinners: "10,000 fibers that spin on sleep(0)",
  promises: "two fibers that wait for resolved promises",
  asyncBodies: "two async functions that await sleep(0)",
  effects: "two fibers that yield Effects that are done",
  slowEffects: "two fibers that yield Effects of a millisecond",
  longSteps: "64 fibers whose steps take a millisecond",
};

describe("sockets and timers are served beside", () => {
  for (const [name, what] of Object.entries(loads)) {
    for (const runtime of ["node", "deno", "bun"] as const) {
      test(`${what} (${runtime})`, { timeout: 60_000 }, async () => {
        const measured = await measure(runtime, name);
        expect(measured.echoes).toBe(ROUNDS);
        expect(measured.p50).toBeLessThan(LONGEST_MEDIAN_MS);
        expect(measured.timeouts).toBeGreaterThan(10);
        expect(measured.sleeps).toBeGreaterThan(2);
      });
    }
  }
});
