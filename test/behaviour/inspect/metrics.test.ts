import * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Metric from "effect/Metric";
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics";
import { getHub, joinAll, kill, sleep, spawn } from "fibril";
import { metrics, startMetrics } from "fibril/inspect";
import { expect, test } from "vitest";
import { virtually } from "../../harness/virtual.ts";

const registered = (): string[] =>
  Metric.snapshotUnsafe(Context.empty())
    .map(({ id }) => id)
    .filter((id) => id.startsWith("fibril_"));

test(
  "gauges are read when somebody asks",
  virtually(function* () {
    const running = startMetrics();
    const valueOf = (metric: Metric.Gauge<number>) =>
      Effect.map(Metric.value(metric), ({ value }) => value);
    const before = yield* valueOf(metrics.fibers);
    const short = spawn(() => sleep(5));
    spawn(() => sleep("1 hour"));
    yield* sleep(1);
    const fresh = spawn(() => 1);
    expect(yield* valueOf(metrics.fibers)).toBe(before + 3);
    expect(yield* valueOf(metrics.parked)).toBe(2);
    expect(yield* valueOf(metrics.ready)).toBe(1);
    expect(yield* valueOf(metrics.timers)).toBe(getHub().timers);
    yield* joinAll([fresh, short]);
    expect(yield* valueOf(metrics.fibers)).toBe(before + 1);
    running.stop();
  }),
);

test(
  "counters go on from the program's start",
  virtually(function* () {
    const running = startMetrics();
    const countOf = (metric: Metric.Counter<number>) =>
      Effect.map(Metric.value(metric), ({ count }) => count);
    const [spawned, ended] = [yield* countOf(metrics.spawned), yield* countOf(metrics.ended)];
    const turns = yield* countOf(metrics.turns);
    const last = yield* spawn(() => spawn(() => sleep("1 hour")).id);
    expect(yield* countOf(metrics.spawned)).toBe(spawned + 2);
    expect(yield* countOf(metrics.spawned)).toBe(last);
    expect(yield* countOf(metrics.ended)).toBe(ended + 1);
    yield* sleep(1);
    expect(yield* countOf(metrics.turns)).toBeGreaterThan(turns);
    running.stop();
  }),
);

test(
  "outcomes are counted if asked for",
  virtually(function* () {
    const running = startMetrics({ outcomes: true });
    const failing = spawn(() => {
      throw new Error("no");
    });
    const killed = spawn(() => sleep("1 hour"));
    yield* joinAll([failing, spawn(() => 1), spawn(() => 2)], { raiseError: false });
    yield* kill(killed);
    const outcomes = [metrics.succeeded, metrics.failed, metrics.killed];
    const counts = yield* Effect.all(outcomes.map((metric) => Metric.value(metric)));
    expect(counts.map(({ count }) => count)).toEqual([2, 1, 1]);
    running.stop();
    yield* spawn(() => 3);
    expect((yield* Metric.value(metrics.succeeded)).count).toBe(2);
  }),
);

test("stopped, nothing is left that costs anything", () => {
  const before = registered();
  const running = startMetrics();
  expect(registered()).toEqual(expect.arrayContaining(["fibril_fibers", "fibril_turns"]));
  running.stop();
  running[Symbol.dispose]();
  expect(registered()).toEqual(before);
});

test("Effect's exporters find them", () => {
  const running = startMetrics();
  const text = Effect.runSync(PrometheusMetrics.format());
  running.stop();
  expect(text).toMatch(
    /# HELP fibril_fibers Live fibers\n# TYPE fibril_fibers gauge\nfibril_fibers \d/,
  );
  expect(text).toMatch(/# TYPE fibril_fibers_spawned counter\nfibril_fibers_spawned \d/);
});

test("they are kept in the registry in scope", async () => {
  const registry: Metric.MetricRegistry = new Map();
  const scoped = Effect.sync(() => startMetrics());
  const running = await Effect.runPromise(
    Effect.provideService(scoped, Metric.MetricRegistry, registry),
  );
  expect(registered()).not.toContain("fibril_fibers");
  expect([...registry.values()].map(({ id }) => id)).toContain("fibril_fibers");
  running.stop();
  expect([...registry.values()].map(({ id }) => id)).not.toContain("fibril_fibers");
});

test("the lag of the event loop is sampled", async () => {
  const context = Context.make(Metric.MetricRegistry, new Map()) as Context.Context<never>;
  const running = await Effect.runPromiseWith(context)(
    Effect.sync(() => startMetrics({ interval: 5 })),
  );
  const lag = () => metrics.lag.valueUnsafe(context);
  await new Promise((resolve) => setTimeout(resolve, 1));
  const end = performance.now() + 40;
  while (performance.now() < end);
  while (lag().count < 3) await new Promise((resolve) => setTimeout(resolve, 1));
  running.stop();
  const { count, max } = lag();
  expect(max).toBeGreaterThanOrEqual(20);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(lag().count).toBe(count);
});

test("bad intervals are refused at the call", () => {
  for (const interval of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => startMetrics({ interval })).toThrow(RangeError);
  }
  expect(() => startMetrics({ interval: "soon" as never })).toThrow(TypeError);
  expect(registered()).not.toContain("fibril_fibers");
});
