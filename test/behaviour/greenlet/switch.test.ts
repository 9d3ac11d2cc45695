import { sleep, spawn, type Yieldable } from "fibril";
import { Greenlet, getCurrent, greenlet } from "fibril/greenlet";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

type Body = Generator<Yieldable<unknown>, unknown, unknown>;

test("two greenlets hand over to each other by name: 12 56 34, and the last one never ends", async () => {
  const trace: number[] = [];
  const gr1: Greenlet = greenlet(function* () {
    trace.push(12);
    yield* gr2.switch();
    trace.push(34);
  });
  const gr2: Greenlet = greenlet(function* () {
    trace.push(56);
    yield* gr1.switch();
    trace.push(78);
  });
  await gr1.switch();
  expect(trace).toEqual([12, 56, 34]);
  expect([gr1.dead, gr2.dead]).toEqual([true, false]);
});

test("fun1 and fun2 print 12 34 56 78 if the first switches before its end and the second back", async () => {
  const trace: number[] = [];
  const gr1: Greenlet = greenlet(function* () {
    trace.push(12);
    yield* gr2.switch();
    trace.push(56);
    yield* gr2.switch();
  });
  const gr2: Greenlet = greenlet(function* () {
    trace.push(34);
    yield* gr1.switch();
    trace.push(78);
  });
  await gr1.switch();
  expect(trace).toEqual([12, 34, 56, 78]);
});

test(
  "three greenlets run in the order of their switches, one that ends goes back to its parent",
  virtually(function* () {
    const trace: string[] = [];
    function* body(name: string, next?: Greenlet): Body {
      trace.push(`${name} begins`);
      if (next !== undefined) trace.push(`${name} got ${String(yield* next.switch(name))}`);
      trace.push(`${name} ends`);
      return name;
    }
    const gr3 = greenlet(() => body("gr3"));
    const gr2 = greenlet(() => body("gr2", gr3));
    const gr1 = greenlet(() => body("gr1", gr2));
    trace.push(`main got ${yield* gr1.switch()}`);
    trace.push(`main got ${yield* gr2.switch("again")}`);
    trace.push(`main got ${yield* gr1.switch("again")}`);
    expect(trace).toEqual([
      "gr1 begins",
      "gr2 begins",
      "gr3 begins",
      "gr3 ends",
      // The parent of all three is main, whoever switched to them.
      "main got gr3",
      "gr2 got again",
      "gr2 ends",
      "main got gr2",
      "gr1 got again",
      "gr1 ends",
      "main got gr1",
    ]);
    expect([gr1.dead, gr2.dead, gr3.dead]).toEqual([true, true, true]);
  }),
);

test(
  "the values of the first switch are the arguments of run",
  virtually(function* () {
    const g = greenlet(function* (...args: unknown[]) {
      return args;
    });
    expect(yield* g.switch(1, "two", undefined)).toEqual([1, "two", undefined]);
    expect(yield* greenlet((...args: unknown[]) => args.length).switch()).toBe(0);
    expect(yield* greenlet((...args: unknown[]) => args).switch([1])).toEqual([[1]]);
  }),
);

test(
  "no value gives undefined, one gives itself, more give an array",
  virtually(function* () {
    const main = getCurrent();
    const g = greenlet(function* () {
      const got: unknown[] = [];
      for (let i = 0; i < 4; i++) got.push(yield* main.switch());
      return got;
    });
    yield* g.switch();
    yield* g.switch();
    yield* g.switch("a");
    yield* g.switch("a", 2);
    expect(yield* g.switch([1])).toEqual([undefined, "a", ["a", 2], [1]]);
  }),
);

test(
  "a switch gives what any greenlet sends, whoever was switched to",
  virtually(function* () {
    const main = getCurrent();
    const a: Greenlet = greenlet(function* () {
      return `a got ${yield* b.switch("from a")}`;
    });
    const b: Greenlet = greenlet(function* () {
      yield* main.switch("from b");
    });
    expect(yield* a.switch()).toBe("from b");
    expect(yield* a.switch("from main")).toBe("a got from main");
    expect([a.dead, b.dead]).toEqual([true, false]);
  }),
);

test(
  "a switch to oneself gives the values at once",
  virtually(function* () {
    const trace: unknown[] = [];
    spawn(() => trace.push("other"));
    const main = getCurrent();
    trace.push(yield* main.switch(9), yield* main.switch(), yield* main.switch(1, 2));
    const g: Greenlet = greenlet(function* () {
      return yield* g.switch("self");
    });
    trace.push(yield* g.switch());
    expect(trace).toEqual([9, undefined, [1, 2], "self"]);
  }),
);

test(
  "a dead greenlet passes values on to its parent, also over several dead ones",
  virtually(function* () {
    const main = getCurrent();
    const trace: unknown[] = [];
    const parent = greenlet(function* () {
      for (;;) trace.push(yield* main.switch());
    });
    const child = greenlet(() => "child", parent);
    const grandchild = greenlet(() => "grandchild", child);
    yield* parent.switch();
    yield* grandchild.switch();
    expect([child.dead, grandchild.dead]).toEqual([true, true]);
    yield* grandchild.switch("over both");
    expect(trace).toEqual(["child", "over both"]);
    const own = greenlet(() => 1);
    yield* own.switch();
    expect(yield* own.switch("back")).toBe("back");
    expect(yield* own.switch()).toBeUndefined();
  }),
);

test(
  "dead and started say how far a greenlet has come",
  virtually(function* () {
    const main = getCurrent();
    const stateOf = (g: Greenlet) => [g.dead, g.started];
    const g: Greenlet = greenlet(function* () {
      expect(stateOf(g)).toEqual([false, true]);
      yield* main.switch();
    });
    expect(stateOf(g)).toEqual([false, false]);
    yield* g.switch();
    expect(stateOf(g)).toEqual([false, true]);
    yield* g.switch();
    expect(stateOf(g)).toEqual([true, false]);
    expect(stateOf(main)).toEqual([false, true]);
  }),
);

test(
  "what to run may be assigned until the start and is gone from then on",
  virtually(function* () {
    const main = getCurrent();
    const empty = new Greenlet();
    expect(yield* thrownBy(empty.switch())).toMatchObject({
      name: "TypeError",
      message: expect.stringMatching(/nothing to run.*greenlet\(run\)/),
    });
    expect(yield* thrownBy(empty.throw())).toBeInstanceOf(TypeError);
    expect([empty.started, empty.dead]).toEqual([false, false]);
    function* later() {
      yield* main.switch("suspended");
      return "ran";
    }
    empty.run = later;
    expect(empty.run).toBe(later);
    expect(yield* empty.switch()).toBe("suspended");
    expect(empty.run).toBeUndefined();
    expect(() => {
      empty.run = later;
    }).toThrow(/Cannot set what greenlet "later" runs: it has been started/);
    expect(yield* empty.switch()).toBe("ran");
  }),
);

test(
  "a subclass runs its own method, with its attributes",
  virtually(function* () {
    class Adder extends Greenlet {
      total = 0;
      override *run(first: number): Body {
        for (let n = first; ; n = (yield* (this.parent as Greenlet).switch(this.total)) as number) {
          this.total += n;
        }
      }
    }
    const adder = new Adder();
    expect(yield* adder.switch(1)).toBe(1);
    expect(yield* adder.switch(10)).toBe(11);
    expect(adder.total).toBe(11);
    expect(adder).toBeInstanceOf(Greenlet);
    expect(new Map([[adder, 1]]).get(adder)).toBe(1);
    expect(new WeakRef(adder).deref()).toBe(adder);
  }),
);

test(
  "a plain function ends at once with its value; what it returns is run as in a spawn",
  virtually(function* () {
    expect(yield* greenlet((n: number) => n * 2).switch(4)).toBe(8);
    const parent = getCurrent();
    const waits = greenlet(() => sleep(5));
    expect(yield* waits.switch()).toBeUndefined();
    const sends = greenlet(() => parent.switch("sent"));
    expect(yield* sends.switch()).toBe("sent");
    expect(sends.dead).toBe(false);
    expect(yield* sends.switch("last")).toBe("last");
    expect(yield* greenlet(() => Promise.resolve("promised")).switch()).toBe("promised");
  }),
);

test("what can't be a greenlet is refused at the call", () => {
  const make = greenlet as unknown as (...args: unknown[]) => Greenlet;
  expect(() => make(42)).toThrow("Cannot make a greenlet of 42: pass a generator function");
  expect(() => make()).toThrow(TypeError);
  expect(() => make(async () => 1)).toThrow(/async function.*function\*/);
  expect(() => make(() => 1, {})).toThrow(/parent: pass a greenlet/);
});

test(
  "a switch in a synchronous callback is an error as soon as its value is used",
  virtually(function* () {
    const g = greenlet(function* sorter() {});
    const compare = (() => g.switch()) as unknown as () => number;
    expect(() => [2, 1].sort(compare)).toThrow(/"sorter".*synchronous callback.*function\*/s);
    expect(() => `${g.switch() as unknown as string}`).toThrow(TypeError);
    // The frame that can't stand still, and whose call of it that is.
    expect(() => [2, 1].sort(compare)).toThrow(/used as a value in (Array\.)?sort \(.*\) < \S/);
    expect(g.started).toBe(false);
    yield* sleep();
  }),
);

test(
  "a switch that is spread or stepped by hand is an error, and nobody is switched to",
  virtually(function* () {
    const main = getCurrent();
    const trace: string[] = [];
    const g = greenlet(function* () {
      trace.push("began");
      yield* main.switch("value");
    });
    expect(() => [...g.switch()]).toThrow(/stepped by hand/);
    const steps = () => g.switch()[Symbol.iterator]().next();
    steps();
    expect(yield* thrownBy(sleep())).toMatchObject({
      message: expect.stringContaining("stepped by hand"),
    });
    expect([trace, g.started]).toEqual([[], false]);
    expect(yield* g.switch()).toBe("value");
    expect(getCurrent()).toBe(main);
  }),
);

test(
  "a greenlet that ends after it stepped a switch by hand ends with the error, which its parent gets",
  virtually(function* () {
    const main = getCurrent();
    const g = greenlet(function* () {
      main.switch("lost")[Symbol.iterator]().next();
      return "value";
    });
    expect(yield* thrownBy(g.switch())).toMatchObject({
      message: expect.stringContaining("stepped by hand"),
    });
    expect(g.dead).toBe(true);
    const thrower = greenlet(function* () {
      main.switch("lost")[Symbol.iterator]().next();
      throw new Error("own");
    });
    expect(yield* thrownBy(thrower.switch())).toMatchObject({ message: "own" });
  }),
);
