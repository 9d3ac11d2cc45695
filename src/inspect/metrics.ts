import type { Input as DurationInput } from "effect/Duration";
import * as Metric from "effect/Metric";
import { inheritedContext } from "../fiber/context.ts";
import { toMillis } from "../fiber/delay.ts";
import type { FiberState } from "../fiber/fiber-state.ts";
import { PARKED } from "../fiber/state.ts";
import { host } from "../internal/host.ts";
import { hub } from "../scheduler/hub.ts";
import { addTracer } from "../scheduler/tracers.ts";
import { outcomeOf } from "./outcome-of.ts";
import { type Stoppable, stoppable } from "./stoppable.ts";

/** 1 ms to 2 s: below nobody notices, above everybody does. */
const LAG_BOUNDARIES = { start: 1, factor: 2, count: 13 } as const;

/** The longest delay of a host's timer. */
const LONGEST_INTERVAL_MS = 2 ** 31 - 1;

/** The metrics that `startMetrics` keeps. */
export interface Metrics {
  /** Live fibers. */
  readonly fibers: Metric.Gauge<number>;
  /** Those of them that wait. */
  readonly parked: Metric.Gauge<number>;
  /** Tasks that are ready to run. */
  readonly ready: Metric.Gauge<number>;
  /** Pending timers that keep the program alive. */
  readonly timers: Metric.Gauge<number>;
  readonly turns: Metric.Counter<number>;
  readonly spawned: Metric.Counter<number>;
  readonly ended: Metric.Counter<number>;
  /** With `outcomes` only. */
  readonly succeeded: Metric.Counter<number>;
  readonly failed: Metric.Counter<number>;
  readonly killed: Metric.Counter<number>;
  /** How many milliseconds late the event loop was, sampled. */
  readonly lag: Metric.Histogram<number>;
}

/**
 * The metrics of the run loop, as Effect's: read one by `Metric.value`, all by
 * `Metric.snapshot` or Effect's exporters for Prometheus and OTLP.
 *
 * @example
 * ```ts
 * import * as Metric from "effect/Metric";
 * import { sleep, spawn } from "fibril";
 * import { metrics, startMetrics } from "fibril/inspect";
 *
 * spawn(function* main() {
 *   const running = startMetrics();
 *   spawn(() => sleep(5));
 *   console.log((yield* Metric.value(metrics.fibers)).value); // -> 2
 *   running.stop();
 * });
 * ```
 */
export const metrics: Metrics = /* @__PURE__ */ makeMetrics();

/** A function, so that a bundler can leave it out together with Metric. */
function makeMetrics(): Metrics {
  return {
    fibers: gauge("fibril_fibers", "Live fibers"),
    parked: gauge("fibril_fibers_parked", "Fibers that wait for something"),
    ready: gauge("fibril_ready_tasks", "Tasks that are ready to run"),
    timers: gauge("fibril_timers", "Pending timers that keep the program alive"),
    turns: counter("fibril_turns", "Turns of the run loop"),
    spawned: counter("fibril_fibers_spawned", "Fibers that were spawned"),
    ended: counter("fibril_fibers_ended", "Fibers that have ended"),
    succeeded: counter("fibril_fibers_succeeded", "Fibers that have ended with a value"),
    failed: counter("fibril_fibers_failed", "Fibers that have ended with a failure"),
    killed: counter("fibril_fibers_killed", "Fibers that were killed"),
    lag: Metric.histogram("fibril_event_loop_lag_ms", {
      description: "How late a timer of the host was",
      boundaries: Metric.exponentialBoundaries(LAG_BOUNDARIES),
    }),
  };
}

function gauge(name: string, description: string): Metric.Gauge<number> {
  return Metric.gauge(name, { description });
}

function counter(name: string, description: string): Metric.Counter<number> {
  return Metric.counter(name, { description, incremental: true });
}

/** What `startMetrics` keeps. */
export interface MetricsOptions {
  /** Between two samples of the lag; "1 second" if absent. */
  readonly interval?: DurationInput | undefined;
  /** Counts how fibers end, too: each step of a fiber then costs 50 ns more. */
  readonly outcomes?: boolean | undefined;
}

/**
 * Registers `metrics` in the registry of Effect in scope here. All but the lag
 * are read when somebody asks and cost nothing otherwise. The sampling keeps no
 * program alive.
 *
 * @throws RangeError or TypeError at the call for a bad interval.
 * @example
 * ```ts
 * import * as Effect from "effect/Effect";
 * import * as PrometheusMetrics from "effect/observability/PrometheusMetrics";
 * import { startMetrics } from "fibril/inspect";
 *
 * const running = startMetrics({ interval: "5 seconds", outcomes: true });
 * const text = Effect.runSync(PrometheusMetrics.format());
 * console.log(text.includes("fibril_fibers_killed 0")); // -> true
 * running.stop();
 * ```
 */
export function startMetrics(options: MetricsOptions = {}): Stoppable {
  const interval = toMillis(options.interval ?? "1 second", "sample metrics");
  if (interval === 0 || interval > LONGEST_INTERVAL_MS) {
    throw new RangeError(`Cannot sample metrics every ${interval} ms: pass 1 ms to 24 days`);
  }
  const context = inheritedContext();
  const stops = [
    ...pullAll(context),
    sampleLag(interval, (lag) => metrics.lag.updateUnsafe(lag, context)),
  ];
  if (options.outcomes === true) stops.push(countOutcomes(context));
  return stoppable(() => {
    for (const stop of stops) stop();
  });
}

type Context = ReturnType<typeof inheritedContext>;

/** Registers what is computed when it is read; gives the ways back. */
function pullAll(context: Context): (() => void)[] {
  const ignore = () => {};
  const pull = <State>(metric: Metric.Metric<number, State>, get: () => State) =>
    Metric.registerUnsafe(metric, context, { get, update: ignore, modify: ignore }).remove;
  const incremental = true;
  return [
    pull(metrics.fibers, () => ({ value: live().length })),
    pull(metrics.parked, () => ({ value: live().filter(isParked).length })),
    pull(metrics.ready, () => ({ value: hub.ring.size + hub.lanes.size })),
    pull(metrics.timers, () => ({ value: hub.timers.pending })),
    pull(metrics.turns, () => ({ count: hub.turns, incremental })),
    pull(metrics.spawned, () => ({ count: hub.ids, incremental })),
    pull(metrics.ended, () => ({ count: hub.ids - live().length, incremental })),
  ];
}

function live(): FiberState[] {
  return ([...hub.roster] as FiberState[]).filter((fiber) => !fiber.isGuest);
}

function isParked({ state }: FiberState): boolean {
  return state === PARKED;
}

/** On a timer of the host's own: fibers that are busy must not hide how late it is. */
function sampleLag(interval: number, tell: (lag: number) => void): () => void {
  let due = host.now() + interval;
  const arm = () => {
    const timer = host.setTimer(sample, interval);
    timer.unref();
    return timer;
  };
  const sample = () => {
    tell(Math.max(0, host.now() - due));
    due = host.now() + interval;
    timer = arm();
  };
  let timer = arm();
  return () => host.clearTimer(timer);
}

function countOutcomes(context: Context): () => void {
  const counters = {
    success: metrics.succeeded,
    failure: metrics.failed,
    killed: metrics.killed,
  };
  for (const counted of Object.values(counters)) counted.updateUnsafe(0, context);
  return addTracer(({ type, fiber }) => {
    const state = fiber as FiberState;
    if (type === "end" && !state.isGuest) counters[outcomeOf(state)].updateUnsafe(1, context);
  });
}
