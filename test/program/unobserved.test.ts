import { describe, expect } from "vitest";
import { count, current, everywhere, onEach, run, siteOf } from "./run.ts";

const REPORT = "failed and nobody looked";

/** How a failure can be looked at, and what the one who looks then prints. */
const looks: Readonly<Record<string, string>> = {
  get: "caught boom",
  joinAll: "caught boom",
  settled: "looked",
  yield: "caught boom",
  await: "caught boom",
  link: "linked",
  exit: "looked",
  exception: "looked",
  status: "looked",
  successful: "looked",
};

describe("a failure that nobody saw", () => {
  onEach(everywhere, "is reported with its name and where it was spawned", async (runtime) => {
    const ended = await run(runtime, "unobserved", ["unseen"]);
    expect(ended.code).toBe(1);
    expect(count(ended.stderr, REPORT)).toBe(1);
    const site = siteOf("unobserved", "the site of the unseen one");
    expect(ended.stderr).toContain(`Fiber "bad", spawned at ${site}:`);
    expect(ended.stderr).toContain("boom");
  });

  onEach(current, "names the spawn in a fiber", async (runtime) => {
    const ended = await run(runtime, "unobserved", ["inAFiber"]);
    expect(ended.code).toBe(1);
    const site = siteOf("unobserved", "the site of the inner one");
    expect(ended.stderr).toContain(`Fiber "inner", spawned at ${site}:`);
  });

  onEach(current, "goes by the name of the function where no other was given", async (runtime) => {
    const ended = await run(runtime, "unobserved", ["nameless"]);
    expect(ended.stderr).toMatch(/^Fiber "boom-1", spawned at /);
  });

  onEach(everywhere, "may be one of an async function", async (runtime) => {
    const ended = await run(runtime, "unobserved", ["asyncBody"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^Fiber "async", spawned at .*failed and nobody looked: /);
  });

  onEach(current, "may be no Error at all", async (runtime) => {
    const ended = await run(runtime, "unobserved", ["notAnError"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain(`${REPORT}: just text`);
  });

  onEach(current, "is that of the one who passed it on", async (runtime) => {
    const ended = await run(runtime, "unobserved", ["passedOn"]);
    expect(ended.code).toBe(1);
    expect(count(ended.stderr, REPORT)).toBe(1);
    expect(ended.stderr).toContain('Fiber "outer"');
  });

  onEach(current, "is reported once an error", async (runtime) => {
    const ended = await run(runtime, "unobserved", ["sameError"]);
    expect(ended.code).toBe(1);
    expect(count(ended.stderr, REPORT)).toBe(1);
    expect(ended.stderr).toContain('Fiber "first"');
  });

  onEach(current, "is reported beside another one", async (runtime) => {
    const ended = await run(runtime, "unobserved", ["twoErrors"]);
    expect(count(ended.stderr, REPORT)).toBe(2);
    expect(ended.stderr.indexOf('"first"')).toBeLessThan(ended.stderr.indexOf('"second"'));
  });

  onEach(current, "leaves an exit code that the program has set", async (runtime) => {
    expect((await run(runtime, "unobserved", ["exitCode"])).code).toBe(7);
  });

  onEach(
    everywhere,
    "is reported a second after the end in a program that goes on",
    async (runtime) => {
      const ended = await run(runtime, "unobserved", ["longRunning"]);
      expect(ended.code).toBe(1);
      expect(count(ended.stderr, REPORT)).toBe(1);
      const [report, last] = ended.lines;
      expect(last).toBe("main done");
      expect(Number(report?.replace("reported after ", ""))).toBeGreaterThan(950);
    },
  );

  onEach(everywhere, "is not reported if somebody looks within that second", async (runtime) => {
    const ended = await run(runtime, "unobserved", ["late"]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.lines).toEqual(["looked failure"]);
  });

  onEach(everywhere, "is no kill", async (runtime) => {
    expect(await run(runtime, "unobserved", ["killed"])).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("a failure was seen by", () => {
  for (const [look, line] of Object.entries(looks)) {
    onEach(current, look, async (runtime) => {
      const ended = await run(runtime, "unobserved", [look]);
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      expect(ended.lines).toEqual([line]);
    });
  }
});

describe("a failure was not seen by", () => {
  for (const look of ["join", "wait"]) {
    onEach(current, look, async (runtime) => {
      const ended = await run(runtime, "unobserved", [look]);
      expect(ended.lines).toEqual(["looked"]);
      expect(ended.code).toBe(1);
      expect(count(ended.stderr, REPORT)).toBe(1);
    });
  }
});
