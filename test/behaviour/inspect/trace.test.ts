import { existsSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as Effect from "effect/Effect";
import { joinAll, kill, sleep, spawn, spawnLater, withTimeout, type Yieldable } from "fibril";
import { startTrace, traceFile } from "fibril/inspect";
import { trace } from "fibril/testing";
import { expect, test } from "vitest";
import { virtually } from "../../harness/virtual.ts";

interface Event {
  readonly ph: string;
  readonly name: string;
  readonly ts: number;
  readonly tid: number;
  readonly pid: number;
  readonly dur: number;
  readonly cat?: string;
  readonly id?: number;
  readonly args: Readonly<Record<string, string | number>>;
}

/** What `body` does, as events. */
function* traced(body: () => Generator<Yieldable, unknown, unknown>) {
  let json = "";
  const recording = startTrace((text) => {
    json += text;
  });
  yield* body();
  recording.stop();
  return JSON.parse(json) as Event[];
}

const nameOf = (events: readonly Event[], tid: number): unknown =>
  events.findLast((event) => event.name === "thread_name" && event.tid === tid)?.args["name"];

/** The events of the fiber called `name`, in order of time. */
const trackOf = (events: readonly Event[], name: string): Event[] =>
  events
    .filter((event) => event.ph !== "M" && nameOf(events, event.tid) === name)
    .sort((a, b) => a.ts - b.ts);

/** What a track shows: `run`, and what it waits for with the milliseconds. */
const slicesOf = (events: readonly Event[], name: string): string[] =>
  trackOf(events, name)
    .filter(({ ph }) => ph === "X")
    .map((slice) => (slice.cat === "run" ? "run" : `${slice.name} ${slice.dur / 1000}`));

test(
  "a fiber's track has slices for running and for what it waited for",
  virtually(function* () {
    const events = yield* traced(function* () {
      const fiber = spawn({ name: "worker" }, function* () {
        yield* sleep(20);
        yield* sleep(0);
        yield* Effect.sleep(7);
        yield* Effect.succeed(1);
      });
      yield* fiber;
    });
    expect(slicesOf(events, "worker")).toEqual([
      "ready 0",
      "run",
      "sleep(20ms) 20",
      "run",
      "sleep(0) 0",
      "run",
      "Effect 7",
      "run",
    ]);
    const runs = trackOf(events, "worker").filter(({ cat }) => cat === "run");
    const then = ["sleep(20ms)", "sleep(0)", "Effect", "end"];
    expect(runs.map(({ args }) => args["then"])).toEqual(then);
  }),
);

test(
  "slices of one track follow each other without a gap",
  virtually(function* () {
    function* worker(n: number) {
      for (let i = 0; i < 5; i++) yield* sleep(i % n);
    }
    const events = yield* traced(function* () {
      yield* joinAll([1, 2, 3].map((n) => spawn({ name: `worker ${n}` }, worker, n)));
    });
    for (const name of ["worker 1", "worker 2", "worker 3"]) {
      const slices = trackOf(events, name).filter(({ ph }) => ph === "X");
      expect(slices.length).toBeGreaterThan(10);
      let end = slices[0]?.ts;
      for (const slice of slices) {
        expect(slice.ts).toBe(end);
        end = slice.ts + slice.dur;
      }
    }
  }),
);

test(
  "an arrow leads from each spawn to the first run",
  virtually(function* () {
    const events = yield* traced(function* () {
      const fiber = spawn({ name: "parent" }, function* () {
        yield* sleep(1);
        return spawn({ name: "child" }, () => sleep(1));
      });
      yield* yield* fiber;
    });
    for (const [from, to] of [["parent", "child"]] as const) {
      const arrival = trackOf(events, to).find(({ ph }) => ph === "f");
      const departure = trackOf(events, from).find(
        ({ ph, id }) => ph === "s" && id === arrival?.id,
      );
      expect(departure?.ts).toBe(1000);
      expect(arrival?.ts).toBe(1000);
    }
    const starts = events.filter(({ ph }) => ph === "s").map(({ id }) => id);
    const ends = events.filter(({ ph }) => ph === "f").map(({ id }) => id);
    expect(starts).toEqual(ends);
  }),
);

test(
  "kills, timeouts, other errors and ends are marked where they happen",
  virtually(function* () {
    const events = yield* traced(function* () {
      const victim = spawn({ name: "victim" }, () => sleep("1 hour"));
      void spawn({ name: "unborn" }, () => sleep(1)).kill();
      const failing = spawn({ name: "failing" }, function* () {
        yield* withTimeout(5, sleep(50), { value: 0 });
        yield* Effect.andThen(Effect.sleep(1), Effect.die(new TypeError("odd")));
      });
      yield* sleep(2);
      yield* kill(victim);
      yield* failing.join();
      void failing.exception;
    });
    const marksOf = (name: string) =>
      trackOf(events, name)
        .filter(({ ph }) => ph === "i")
        .map((mark) => [mark.name, mark.args["error"], mark.ts / 1000]);
    expect(marksOf("victim")).toEqual([
      ["kill", "GreenletExit: The fiber was killed", 2],
      ["end: killed", undefined, 2],
    ]);
    expect(marksOf("unborn")).toEqual([["end: killed", undefined, 0]]);
    expect(marksOf("failing")).toEqual([
      ["timeout", "TimeoutError: Timed out after 5ms", 5],
      ["throw", "TypeError: odd", 6],
      ["end: failure", undefined, 6],
    ]);
  }),
);

test(
  "live fibers and ready tasks are counted",
  virtually(function* () {
    const events = yield* traced(function* () {
      yield* joinAll([spawn(() => sleep(1)), spawn(() => sleep(2))]);
      yield* sleep(1);
    });
    const countsOf = (name: string, what: string) =>
      events.filter((event) => event.ph === "C" && event.name === name).map((e) => e.args[what]);
    const live = countsOf("live fibers", "live") as number[];
    const atFirst = live[0] ?? 0;
    expect(Math.max(...live)).toBe(atFirst + 2);
    expect(live.at(-1)).toBe(atFirst);
    expect(countsOf("ready queue", "ready").length).toBeGreaterThan(1);
  }),
);

test(
  "a fiber that waits when the trace begins or ends is cut there",
  virtually(function* () {
    spawn({ name: "long" }, () => sleep(100));
    yield* sleep(10);
    const events = yield* traced(function* () {
      yield* sleep(30);
    });
    expect(slicesOf(events, "long")).toEqual(["sleep(100ms) 30"]);
    expect(slicesOf(events, "main").length).toBeGreaterThan(1);
  }),
);

test(
  "a fiber that is spawned for later waits for that",
  virtually(function* () {
    const events = yield* traced(function* () {
      yield* spawnLater(40, function late() {});
    });
    const name = events.map(({ args }) => args?.["name"]).find((each) => /^late-/.test(`${each}`));
    expect(slicesOf(events, `${name}`)).toEqual(["spawnLater(40ms) 40", "run"]);
  }),
);

test("awaits outside of fibers share tracks, and do not overlap on one", async () => {
  let json = "";
  const recording = startTrace((text) => {
    json += text;
  });
  await Promise.all([sleep(1), sleep(3), sleep(2)]);
  await sleep(1);
  recording[Symbol.dispose]();
  const events = JSON.parse(json) as Event[];
  const slices = events.filter(({ ph }) => ph === "X");
  const tracks = new Map(slices.map(({ tid }) => [tid, nameOf(events, tid)]));
  expect([...tracks.values()].sort()).toEqual(["await 1", "await 2", "main"]);
  for (const tid of tracks.keys()) {
    const own = slices.filter((slice) => slice.tid === tid).sort((a, b) => a.ts - b.ts);
    own.reduce((before, slice) => {
      expect(slice.ts).toBeGreaterThanOrEqual(before.ts + before.dur - 0.001);
      return slice;
    });
  }
});

test("a file holds the same, and is complete after stop", async () => {
  const file = join(tmpdir(), `fibril-trace-${process.pid}.json`);
  const listeners = process.listenerCount("exit");
  const recording = traceFile(file);
  await joinAll([1, 2, 3].map((n) => spawn({ name: `worker ${n}` }, () => sleep(n))));
  recording.stop();
  recording.stop();
  expect(process.listenerCount("exit")).toBe(listeners);
  const events = JSON.parse(readFileSync(file, "utf8")) as Event[];
  rmSync(file);
  const names = events.filter(({ name }) => name === "thread_name").map(({ args }) => args["name"]);
  expect(names).toEqual(expect.arrayContaining(["main", "worker 1", "worker 2", "worker 3"]));
  expect(events.every(({ pid }) => pid === process.pid)).toBe(true);
});

test("a file that can't be written is an error at the call", () => {
  const file = join(tmpdir(), "no-such-folder", "trace.json");
  expect(() => traceFile(file)).toThrow(/ENOENT/);
  expect(existsSync(file)).toBe(false);
});

test("several listen at once, and stop in any order", async () => {
  const pieces: string[][] = [[], []];
  const [first, second] = pieces.map((piece) => startTrace((text) => void piece.push(text)));
  const lines = trace();
  await spawn({ name: "both" }, () => 1);
  first?.stop();
  await spawn({ name: "one" }, () => 1);
  lines[Symbol.dispose]();
  second?.stop();
  await spawn({ name: "none" }, () => 1);
  const [a, b] = pieces.map((piece) => piece.join(""));
  expect([a?.includes("both"), b?.includes("both")]).toEqual([true, true]);
  expect([a?.includes("one"), b?.includes("one")]).toEqual([false, true]);
  expect([a?.includes("none"), b?.includes("none")]).toEqual([false, false]);
  expect(lines.lines).toEqual(expect.arrayContaining(["end both", "end one"]));
  expect(lines.lines).not.toContain("end none");
});
