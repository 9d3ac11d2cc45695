import { describe, expect, test } from "vitest";
import { runtimes } from "../../../scripts/toolchain.ts";
import type { Runtime } from "../../program/run.ts";
import { onEveryRuntime, startFixture } from "./run.ts";

describe("processes that share memory", () => {
  onEveryRuntime("count a million times each, and nothing is lost", async (runtime) => {
    const { lines, stderr } = await startFixture(runtime, "counting").ended;
    expect(stderr).toBe("");
    expect(lines).toEqual(["2000000"]);
  });

  onEveryRuntime("hand permits, events and a lock over, also after a kill", async (runtime) => {
    const { lines, stderr } = await startFixture(runtime, "handing-over").ended;
    expect(stderr).toBe("");
    expect(lines).toEqual([
      "200 round trips, 0 and 0 permits left",
      "event came",
      "holds true",
      "1 waits",
      "got it, abandoned",
      "left behind: false false",
      "waited for: false 1",
      "then: as usual",
    ]);
  });

  onEveryRuntime("go on while one after the other is killed", async (runtime) => {
    const { lines, stderr } = await startFixture(runtime, "storm", [kills(runtime)]).ended;
    expect(stderr).toBe("");
    expect(lines).toEqual([
      ...Array.from({ length: 4 }, () => "over, 0 wait"),
      "violations: 0 entered: true",
      "left behind: false false 0",
    ]);
  });

  onEveryRuntime("wait as long as there is somebody to wait for", async (runtime) => {
    const { lines } = await startFixture(runtime, "alone").ended;
    expect(lines).toEqual(["abandoned: true held by main", "LoopExit"]);
  });

  test("do so by node:ffi as well", { timeout: 40_000 }, async () => {
    const command = [runtimes.node, "--no-addons", "--disable-warning=ExperimentalWarning"];
    const { lines, stderr } = await startFixture("node", "handing-over", [], command).ended;
    expect(stderr).toBe("");
    expect(lines.at(-1)).toBe("then: as usual");
  });
});

/** Of each of four children, 96 in all. Node takes longest to start one. */
function kills(runtime: Runtime): string {
  return runtime === "bun" || runtime === "deno" ? "9" : "3";
}
