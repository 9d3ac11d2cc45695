import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root, runtimes } from "../../scripts/toolchain.ts";
import { start } from "./run.ts";

/** Deno with these flags; what it would ask for is refused. */
const deno = (flags: readonly string[]) => ({
  command: [
    runtimes.deno,
    "run",
    "--quiet",
    "--no-prompt",
    ...flags,
    "--config",
    join(root, "deno.json"),
  ],
});

describe("the core under Deno needs no permission", () => {
  for (const flags of [[], ["--allow-env"]]) {
    const given = flags.length === 0 ? "with none" : `with ${flags.join(" ")}`;

    test(`${given}: fibers run`, async () => {
      const ended = await start("deno", "permissions", [], deno(flags)).ended;
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      expect(ended.lines).toEqual(["promise effect async"]);
    });

    test(`${given}: failures and deadlocks are reported`, async () => {
      const failed = await start("deno", "permissions", ["fail"], deno(flags)).ended;
      expect(failed.code).toBe(1);
      expect(failed.stderr).toContain('Fiber "bad", spawned at ');
      const stuck = await start("deno", "permissions", ["stuck"], deno(flags)).ended;
      expect(stuck.code).toBe(1);
      expect(stuck.stderr).toContain('Nothing can wake "main"');
    });

    test(`${given}: SIGINT cleans up`, async () => {
      const program = start("deno", "permissions", ["signal"], deno(flags));
      await program.printed("ready");
      program.signal("SIGINT");
      const ended = await program.ended;
      expect(ended).toMatchObject({ code: 130, stderr: "" });
      expect(ended.lines.at(-1)).toBe("clean");
    });
  }
});
