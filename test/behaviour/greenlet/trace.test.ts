import { GreenletExit } from "fibril";
import { type GreenletTrace, getCurrent, greenlet, setTrace } from "fibril/greenlet";
import { afterEach, expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

type Event = readonly [string, unknown, unknown];

afterEach(() => void setTrace(null));

/** Records events; each is told in the greenlet that goes on. */
function record(): Event[] {
  const events: Event[] = [];
  setTrace((event, [origin, target]) => {
    expect(getCurrent()).toBe(target);
    events.push([event, origin, target]);
  });
  return events;
}

test(
  "a run to the end is a switch there and one back",
  virtually(function* () {
    const main = getCurrent();
    const g = greenlet(() => "value");
    const events = record();
    yield* g.switch();
    expect(events).toEqual([
      ["switch", main, g],
      ["switch", g, main],
    ]);
  }),
);

test(
  "an error on its way to the parent is a throw",
  virtually(function* () {
    const main = getCurrent();
    const g = greenlet(function* () {
      throw new Error("child");
    });
    const events = record();
    yield* thrownBy(g.switch());
    expect(events).toEqual([
      ["switch", main, g],
      ["throw", g, main],
    ]);
  }),
);

test(
  "a switch to a dead greenlet is one from main to main",
  virtually(function* () {
    const main = getCurrent();
    const g = greenlet(() => 1);
    yield* g.switch();
    const events = record();
    yield* g.switch();
    yield* main.switch();
    expect(events).toEqual([
      ["switch", main, main],
      ["switch", main, main],
    ]);
  }),
);

test(
  "throw() before the start is a throw there and a switch back with the GreenletExit",
  virtually(function* () {
    const main = getCurrent();
    const g = greenlet(() => 1);
    const events = record();
    expect(yield* g.throw()).toBeInstanceOf(GreenletExit);
    expect(events).toEqual([
      ["throw", main, g],
      ["switch", g, main],
    ]);
  }),
);

test(
  "what the trace throws is thrown in the target, and the tracing is over",
  virtually(function* () {
    const main = getCurrent();
    const g = greenlet(function* () {
      try {
        yield* main.switch("first");
      } catch (error) {
        return error;
      }
    });
    yield* g.switch();
    const error = new Error("trace");
    setTrace(() => {
      throw error;
    });
    expect(yield* g.switch()).toBe(error);
    expect(setTrace(null)).toBeNull();
    const unstarted = greenlet(() => 1);
    setTrace(() => {
      throw error;
    });
    expect(yield* thrownBy(unstarted.switch())).toBe(error);
    expect(unstarted.dead).toBe(true);
  }),
);

test("setTrace gives the function before it and takes none but functions", () => {
  const first: GreenletTrace = () => {};
  const second: GreenletTrace = () => {};
  expect(setTrace(first)).toBeNull();
  expect(setTrace(second)).toBe(first);
  expect(setTrace(null)).toBe(second);
  expect(setTrace(null)).toBeNull();
  expect(() => setTrace(1 as never)).toThrow("Cannot trace with 1");
});
