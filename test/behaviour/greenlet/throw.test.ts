import { GreenletExit, isControl } from "fibril";
import { getCurrent, greenlet } from "fibril/greenlet";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

class Broken extends Error {}

test(
  "what a greenlet throws is thrown at its parent's switch, the same object",
  virtually(function* () {
    const error = new Broken("child");
    const g = greenlet(function* () {
      throw error;
    });
    expect(yield* thrownBy(g.switch())).toBe(error);
    expect(g.dead).toBe(true);
    const plain = greenlet(() => {
      throw error;
    });
    expect(yield* thrownBy(plain.switch())).toBe(error);
  }),
);

test(
  "a GreenletExit that ends a greenlet is the value that its parent gets",
  virtually(function* () {
    const exit = new GreenletExit();
    const g = greenlet(function* () {
      throw exit;
    });
    expect(yield* g.switch()).toBe(exit);
    expect(isControl(exit)).toBe(true);
  }),
);

test(
  "throw raises an instance or a class where the greenlet is suspended, a GreenletExit if absent",
  virtually(function* () {
    const main = getCurrent();
    const caught: unknown[] = [];
    const g = greenlet(function* () {
      for (;;) {
        try {
          yield* main.switch("waiting");
        } catch (error) {
          caught.push(error);
        }
      }
    });
    const error = new Broken();
    yield* g.switch();
    expect(yield* g.throw(error)).toBe("waiting");
    yield* g.throw(Broken);
    yield* g.throw(Error);
    yield* g.throw();
    expect(caught[0]).toBe(error);
    expect(caught[1]).toBeInstanceOf(Broken);
    expect(caught[2]).toBeInstanceOf(Error);
    expect(caught[3]).toBeInstanceOf(GreenletExit);
    expect(g.dead).toBe(false);
  }),
);

test(
  "throw() ends a greenlet that does not catch it, its finally runs and it gives the GreenletExit",
  virtually(function* () {
    const main = getCurrent();
    const trace: string[] = [];
    const g = greenlet(function* () {
      try {
        yield* main.switch();
      } finally {
        trace.push("finally");
      }
    });
    yield* g.switch();
    expect(yield* g.throw()).toBeInstanceOf(GreenletExit);
    expect([trace, g.dead]).toEqual([["finally"], true]);
  }),
);

test(
  "a finally may switch; the error goes on when it is switched to again",
  virtually(function* () {
    const main = getCurrent();
    const g = greenlet(function* () {
      try {
        yield* main.switch();
      } finally {
        yield* main.switch("finalizing");
      }
    });
    const error = new Broken();
    yield* g.switch();
    expect(yield* g.throw(error)).toBe("finalizing");
    expect(g.dead).toBe(false);
    expect(yield* thrownBy(g.switch())).toBe(error);
    expect(g.dead).toBe(true);
  }),
);

test(
  "one that catches GreenletExit and switches on stays alive",
  virtually(function* () {
    const main = getCurrent();
    const g = greenlet(function* () {
      try {
        yield* main.switch();
      } catch {
        yield* main.switch("still here");
      }
      return "end";
    });
    yield* g.switch();
    expect(yield* g.throw()).toBe("still here");
    expect(yield* g.switch()).toBe("end");
  }),
);

test(
  "thrown into before it began a greenlet dies and never runs; the error is its parent's",
  virtually(function* () {
    const trace: string[] = [];
    const run = function* () {
      trace.push("ran");
    };
    const error = new Broken();
    const failing = greenlet(run);
    expect(yield* thrownBy(failing.throw(error))).toBe(error);
    const exiting = greenlet(run);
    expect(yield* exiting.throw()).toBeInstanceOf(GreenletExit);
    expect([failing.dead, exiting.dead, trace]).toEqual([true, true, []]);
  }),
);

test(
  "an error goes up through parents that have not begun: they die of it",
  virtually(function* () {
    const trace: string[] = [];
    const error = new Broken();
    const grandparent = greenlet(() => trace.push("grandparent"));
    const parent = greenlet(() => trace.push("parent"), grandparent);
    const child = greenlet(function* () {
      throw error;
    }, parent);
    expect(yield* thrownBy(child.switch())).toBe(error);
    expect([child.dead, parent.dead, grandparent.dead, trace]).toEqual([true, true, true, []]);
  }),
);

test(
  "throw into a dead greenlet throws at its parent, GreenletExit is given as a value",
  virtually(function* () {
    const g = greenlet(() => 1);
    yield* g.switch();
    const error = new Broken();
    expect(yield* thrownBy(g.throw(error))).toBe(error);
    expect(yield* g.throw()).toBeInstanceOf(GreenletExit);
  }),
);

test(
  "throw into oneself throws at once, a GreenletExit as well",
  virtually(function* () {
    const main = getCurrent();
    const error = new Broken();
    expect(yield* thrownBy(main.throw(error))).toBe(error);
    expect(yield* thrownBy(main.throw())).toBeInstanceOf(GreenletExit);
  }),
);
