import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InternalError } from "../../src/internal/errors.ts";
import { TimerNode, TimerWheel } from "../../src/internal/wheel.ts";

class Timer extends TimerNode {
  readonly #onExpire: () => void;

  constructor(onExpire: () => void) {
    super();
    this.#onExpire = onExpire;
  }

  expire(): void {
    this.#onExpire();
  }
}

/** A wheel whose timers write their names down as they expire. */
class Recorder {
  readonly wheel: TimerWheel;
  trace: string[] = [];

  constructor(now = 0) {
    this.wheel = new TimerWheel(now);
  }

  add(name: string, at: number, onExpire: () => void = () => {}): Timer {
    const timer = new Timer(() => {
      this.trace.push(name);
      onExpire();
    });
    this.wheel.add(timer, at);
    return timer;
  }

  /** What expired in this advance. */
  advance(now: number): string[] {
    this.trace = [];
    this.wheel.advance(now);
    return this.trace;
  }
}

const WEEK = 7 * 24 * 3600 * 1000;

describe("A timer", () => {
  test("expires at its deadline and not a moment before", () => {
    const recorder = timers({ a: 10.5 });
    expect(recorder.advance(10.499)).toEqual([]);
    expect(recorder.advance(10.5)).toEqual(["a"]);
    expect(recorder.wheel.size).toBe(0);
  });

  test("expires once", () => {
    const recorder = timers({ a: 1 });
    expect(recorder.advance(5)).toEqual(["a"]);
    expect(recorder.advance(10)).toEqual([]);
  });

  test("is linked from add until it expires or is removed", () => {
    const recorder = new Recorder();
    let linkedInside: boolean | undefined;
    const a: Timer = recorder.add("a", 1, () => {
      linkedInside = a.linked;
    });
    const b = recorder.add("b", 1);
    expect([a.linked, b.linked]).toEqual([true, true]);
    recorder.wheel.remove(b);
    recorder.advance(1);
    expect([a.linked, b.linked, linkedInside]).toEqual([false, false, false]);
    expect([a.prev, a.next]).toEqual([undefined, undefined]);
  });

  test("cannot be added twice", () => {
    const recorder = new Recorder();
    const a = recorder.add("a", 1);
    expect(() => recorder.wheel.add(a, 2)).toThrow(InternalError);
    expect(recorder.wheel.size).toBe(1);
  });

  test("that is removed does not expire, and is removed once", () => {
    const recorder = new Recorder();
    const a = recorder.add("a", 5);
    expect([recorder.wheel.remove(a), recorder.wheel.remove(a)]).toEqual([true, false]);
    expect(recorder.wheel.size).toBe(0);
    expect(recorder.wheel.nextDeadline()).toBe(Number.POSITIVE_INFINITY);
    expect(recorder.advance(10)).toEqual([]);
  });

  test("can be years away, or further than numbers are exact", () => {
    for (const at of [WEEK, 2 ** 40, Number.MAX_SAFE_INTEGER, 2 ** 53 + 4096, 1e300]) {
      const recorder = timers({ a: at }, 1000.25);
      expect(recorder.advance(at * (1 - 2 ** -50))).toEqual([]);
      expect(recorder.advance(at)).toEqual(["a"]);
    }
  });

  test("can be added after any idle time, for nobody visits each ms of it", () => {
    const recorder = new Recorder();
    for (let now = 0; now < Number.MAX_SAFE_INTEGER; now = now * 3 + WEEK) {
      expect(recorder.advance(now)).toEqual([]);
      recorder.add("a", now + 40);
      expect(recorder.advance(now + 39)).toEqual([]);
      expect(recorder.advance(now + 40)).toEqual(["a"]);
    }
  });
});

describe("Timers of one advance", () => {
  test("expire by deadline, whatever level they come from", () => {
    const recorder = timers({ year: 52 * WEEK, ms: 1, week: WEEK, minute: 60_000, second: 1000 });
    expect(recorder.advance(53 * WEEK)).toEqual(["ms", "second", "minute", "week", "year"]);
  });

  test("expire by deadline within one ms too", () => {
    const recorder = timers({ c: 7.75, a: 7.25, b: 7.5 });
    expect(recorder.advance(8)).toEqual(["a", "b", "c"]);
  });

  test("expire in the order they were added if their deadlines are equal", () => {
    const recorder = timers({ late: 7.5, a: 7.25, b: 7.25, c: 7.25 });
    expect(recorder.advance(8)).toEqual(["a", "b", "c", "late"]);
  });

  test("keep that order if some came down by cascade and another was added close by", () => {
    for (const at of [40, 1024 + 40, 32 ** 4 + 3, 2 ** 30 + 33, 2 ** 45 + 1]) {
      // 20: nearer than one turn of level 0, and yet before the wheel gets to their slot.
      for (const distance of [1, 20, 1000]) {
        const recorder = timers({ far: at, farToo: at });
        recorder.advance(at - distance);
        recorder.add("near", at);
        expect(recorder.advance(at)).toEqual(["far", "farToo", "near"]);
      }
    }
  });

  test("may remove each other", () => {
    const recorder = new Recorder();
    recorder.add("a", 1, () => {
      recorder.wheel.remove(b);
      recorder.wheel.remove(d);
    });
    const b = recorder.add("b", 1);
    recorder.add("c", 1);
    const d = recorder.add("d", 5000);
    expect(recorder.advance(10_000)).toEqual(["a", "c"]);
  });
});

describe("A timer added while others expire", () => {
  test("waits for the next advance if it is due already, and is announced", () => {
    const recorder = new Recorder();
    recorder.add("a", 1, () => {
      recorder.add("past", 0);
      recorder.add("now", 5);
      recorder.add("later", 5.5);
    });
    expect(recorder.advance(5)).toEqual(["a"]);
    expect(recorder.wheel.nextDeadline()).toBe(0);
    expect(recorder.advance(5)).toEqual(["past", "now"]);
    expect(recorder.wheel.nextDeadline()).toBe(5.5);
  });

  test("may be itself, once an advance if it has no delay", () => {
    const recorder = new Recorder();
    const loop: Timer = recorder.add("a", 0, () => recorder.wheel.add(loop, 0));
    for (let i = 0; i < 3; i++) expect(recorder.advance(0)).toEqual(["a"]);
    expect(recorder.advance(1000)).toEqual(["a"]);
    expect(recorder.wheel.nextDeadline()).toBeLessThanOrEqual(1000);
  });

  test("waits for the next advance even if the rest of this one is far behind it", () => {
    const recorder = new Recorder();
    recorder.add("a", 1, () => recorder.add("b", 2));
    recorder.add("c", 3);
    expect(recorder.advance(10)).toEqual(["a", "c"]);
    expect(recorder.advance(10)).toEqual(["b"]);
  });
});

describe("A wheel", () => {
  test("expires who was due when added before all others, by deadline", () => {
    const recorder = timers({ soon: 100.5, past: 99, longPast: -5, now: 100 }, 100);
    expect(recorder.wheel.nextDeadline()).toBe(-5);
    expect(recorder.advance(101)).toEqual(["longPast", "past", "now", "soon"]);
  });

  test("is not confused by a clock that steps back", () => {
    const recorder = timers({ a: 50 });
    recorder.advance(40);
    expect(recorder.advance(10)).toEqual([]);
    recorder.add("b", 20);
    expect(recorder.advance(15)).toEqual(["b"]);
    expect(recorder.advance(50)).toEqual(["a"]);
  });

  test("expires the others at the next advance if one throws", () => {
    const recorder = new Recorder();
    recorder.add("a", 1, () => {
      throw new Error("no");
    });
    recorder.add("b", 1);
    recorder.add("c", 2000);
    expect(() => recorder.advance(5000)).toThrow("no");
    expect(recorder.wheel.nextDeadline()).toBeLessThanOrEqual(1);
    expect(recorder.advance(5000)).toEqual(["b", "c"]);
  });

  test("knows a deadline of its current 32 ms exactly", () => {
    const recorder = timers({ b: 31.5, a: 31.25 });
    expect(recorder.wheel.nextDeadline()).toBe(31.25);
  });

  test("reaches any deadline in at most eleven steps of nextDeadline", () => {
    for (const at of [1, 1e3, 1e6, 2 ** 30 - 1, 2 ** 40 - 0.5, Number.MAX_SAFE_INTEGER]) {
      const { wheel } = timers({ a: at });
      const wakeUps: number[] = [];
      while (wheel.size > 0) {
        wakeUps.push(wheel.nextDeadline());
        wheel.advance(wakeUps.at(-1)!);
      }
      expect(wakeUps.at(-1)).toBe(at);
      expect(wakeUps.length).toBeLessThanOrEqual(11);
    }
  });
});

/** What the wheel does, in the most obvious way. */
class NaiveWheel {
  #timers: { node: TimerNode; at: number }[] = [];
  #now: number;

  constructor(now: number) {
    this.#now = now;
  }

  get size(): number {
    return this.#timers.length;
  }

  add(node: TimerNode, at: number): void {
    this.#timers.push({ node, at });
  }

  remove(node: TimerNode): boolean {
    const before = this.size;
    this.#timers = this.#timers.filter((timer) => timer.node !== node);
    return this.size < before;
  }

  advance(now: number): void {
    this.#now = Math.max(this.#now, now);
    const due = this.#timers.filter((timer) => timer.at <= this.#now);
    for (const timer of due.sort((a, b) => a.at - b.at)) {
      if (!this.#timers.includes(timer)) continue;
      this.remove(timer.node);
      timer.node.expire();
    }
  }

  nextDeadline(): number {
    return Math.min(...this.#timers.map((timer) => timer.at));
  }
}

const TIMERS = 12;
/** What a timer does when it expires, or what the test does between two advances. */
type Deed =
  | { kind: "add"; target: number; delay: number }
  | { kind: "addAt"; target: number; instant: number; before: number }
  | { kind: "remove"; target: number };
type Step =
  | Deed
  | { kind: "advance"; span: number }
  | { kind: "advanceTo"; instant: number; before: number };

/** Plays the same steps on either wheel and writes down what happens. */
class Play {
  readonly wheel: TimerWheel | NaiveWheel;
  readonly trace: string[] = [];
  now: number;
  final = false;
  readonly #times: number[];
  readonly #timers: Timer[];
  readonly #pending = new Set<number>();

  constructor(wheel: TimerWheel | NaiveWheel, now: number, times: number[], deeds: Deed[][]) {
    this.wheel = wheel;
    this.now = now;
    this.#times = times;
    this.#timers = deeds.map((own, id) => new Timer(() => this.#expire(id, own)));
  }

  do(step: Step): void {
    if (step.kind === "advance") this.advance(this.now + step.span);
    else if (step.kind === "advanceTo") this.advance(this.#time(step));
    else if (step.kind === "add") this.#add(step.target, this.now + step.delay);
    else if (step.kind === "addAt") this.#add(step.target, this.#time(step));
    else this.#remove(step.target);
  }

  advance(now: number): void {
    this.now = Math.max(this.now, now);
    this.wheel.advance(now);
    this.trace.push(`advanced to ${this.now}`);
  }

  #time({ instant, before }: { instant: number; before: number }): number {
    return this.#times[instant % this.#times.length]! - before;
  }

  #add(target: number, at: number): void {
    if (this.#pending.has(target)) this.#remove(target);
    this.#pending.add(target);
    this.wheel.add(this.#timers[target]!, at);
  }

  #remove(target: number): void {
    this.#pending.delete(target);
    this.trace.push(`remove ${target}: ${this.wheel.remove(this.#timers[target]!)}`);
  }

  #expire(id: number, deeds: Deed[]): void {
    this.#pending.delete(id);
    this.trace.push(`expire ${id}`);
    if (!this.final) for (const deed of deeds) this.do(deed);
  }
}

describe("A wheel and a sorted array", () => {
  // Quarters and powers of the slot count, so that deadlines meet and slot borders are hit.
  const span = fc.oneof(
    fc.constant(0),
    fc.nat(32).map((n) => n / 4),
    fc.nat(200),
    fc.tuple(fc.nat(8), fc.integer({ min: -1, max: 1 })).map(([n, off]) => 32 ** n + off),
    fc.tuple(fc.nat(39), fc.double({ min: 1, max: 2, noNaN: true })).map(([n, f]) => 2 ** n * f),
  );
  const target = fc.nat(TIMERS - 1);
  const scene = fc.record({
    start: fc.oneof(fc.constant(0), span, fc.constant(1_700_000_000_000)),
    // Few instants that all steps refer to: so equal deadlines get added at different distances.
    instants: fc.array(span, { minLength: 1, maxLength: 4 }),
    steps: fc.array(
      fc.oneof(
        { weight: 3, arbitrary: deed() },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant("advance" as const), span }) },
        {
          weight: 1,
          arbitrary: fc.record({
            kind: fc.constant("advanceTo" as const),
            instant: fc.nat(3),
            before: fc.constantFrom(0, 0.25, 1, 30),
          }),
        },
      ),
      { maxLength: 60 },
    ),
    deeds: fc.array(fc.array(deed(), { maxLength: 3 }), { minLength: TIMERS, maxLength: TIMERS }),
  });

  function deed() {
    return fc.oneof(
      fc.record({ kind: fc.constant("add" as const), target, delay: span }),
      fc.record({
        kind: fc.constant("addAt" as const),
        target,
        instant: fc.nat(3),
        before: fc.constantFrom(0, 0, 0, 0.25, 1),
      }),
      fc.record({ kind: fc.constant("remove" as const), target }),
    );
  }

  test("do the same, and nextDeadline leads to every timer", () => {
    fc.assert(
      fc.property(scene, ({ start, instants, steps, deeds }) => {
        const times = instants.map((instant) => start + instant);
        const real = new Play(new TimerWheel(start), start, times, deeds);
        const model = new Play(new NaiveWheel(start), start, times, deeds);

        for (const step of steps) {
          real.do(step);
          model.do(step);
          expectSame(real, model);
        }

        real.final = true;
        model.final = true;
        // A timer comes down at most ten levels and expires; each step does one of these at least.
        for (let budget = 11 * real.wheel.size; real.wheel.size > 0; budget--) {
          expect(budget).toBeGreaterThan(0);
          const next = real.wheel.nextDeadline();
          real.advance(next);
          model.advance(next);
          expectSame(real, model);
        }
      }),
      { numRuns: 2000 },
    );
  });

  function expectSame(real: Play, model: Play): void {
    expect(real.trace).toEqual(model.trace);
    real.trace.length = 0;
    model.trace.length = 0;
    expect(real.wheel.size).toBe(model.wheel.size);
    const [next, earliest] = [real.wheel.nextDeadline(), model.wheel.nextDeadline()];
    if (earliest <= real.now || real.wheel.size === 0) expect(next).toBe(earliest);
    else {
      // In the future, or the hub would spin; not behind the deadline, or it would oversleep.
      expect(next).toBeGreaterThan(real.now);
      expect(next).toBeLessThanOrEqual(earliest);
      const block = (time: number): number => Math.floor(time / 32);
      if (block(earliest) === block(real.now)) expect(next).toBe(earliest);
    }
  }
});

function timers(deadlines: Record<string, number>, now = 0): Recorder {
  const recorder = new Recorder(now);
  for (const [name, at] of Object.entries(deadlines)) recorder.add(name, at);
  return recorder;
}
