import { describe, expect, test } from "vitest";
import { runtimes } from "../../../scripts/toolchain.ts";
import { onEveryRuntime, startFixture } from "./run.ts";

describe("a segment", () => {
  onEveryRuntime("is shared, has no name, and says what is wrong", async (runtime) => {
    const { lines, stderr } = await startFixture(runtime, "segments").ended;
    expect(stderr).toBe("");
    expect(lines).toEqual([
      "zero: true",
      "names: 0",
      "read 42 43",
      "still there: 42 43",
      'SharedMemoryGone: Cannot attach the shared memory "P": it cannot be opened; the process that made it has ended or sealed it',
      'SharedMemoryFull: Cannot share 1125899906842624 bytes of memory: "/dev/shm" has N left; ask for less, or give it more room (Docker: --shm-size)',
      "RangeError: Cannot share 0 bytes of memory: pass an integer > 0",
      'TypeError: Cannot share "1" bytes of memory: pass a number',
      "SharedMemoryFull: Cannot share 64000 bytes of memory: 3776 of 12288 are left here; make an arena with more cells",
      'SharedMemoryGone: Cannot attach the shared memory "P": there is another file now; the process that made it has ended or sealed it',
      'SharedMemoryGone: Cannot attach the shared memory "P": there is another file now; the process that made it has ended or sealed it',
      "names: 0",
    ]);
  });

  onEveryRuntime("is to be had where nothing is in its way", async (runtime) => {
    const { lines } = await startFixture(runtime, "refused").ended;
    expect(lines).toEqual(["none"]);
  });

  const narrow = ["--allow-read", "--allow-env", "--allow-sys"];

  test.each([
    {
      where: "on Deno without --allow-ffi",
      runtime: "deno" as const,
      command: [runtimes.deno, "run", ...narrow],
      reason: "Deno was started without --allow-ffi",
    },
    {
      where: "on Deno that may not touch the system's folders",
      runtime: "deno" as const,
      command: [runtimes.deno, "run", "--allow-ffi", ...narrow],
      reason: 'Requires all access to "/dev/shm", run again with the --allow-all flag',
    },
    {
      where: "on a Node that may load no addons",
      runtime: "node-22" as const,
      command: [runtimes["node-22"], "--no-addons"],
      reason:
        "the package koffi cannot be loaded (Cannot load native addon because loading addons is disabled.)",
    },
  ])("says why it is not to be had $where", async ({ runtime, command, reason }) => {
    const { lines } = await startFixture(runtime, "refused", [], command).ended;
    expect(lines).toEqual([
      `SharedMemoryUnavailable: Cannot share memory between processes: ${reason}`,
    ]);
  });
});
