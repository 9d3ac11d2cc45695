import type { Yieldable } from "fibril";
import { Greenlet, getCurrent, greenlet } from "fibril/greenlet";
import { expect, test } from "vitest";
import { virtually } from "../../harness/virtual.ts";

type Body = Generator<Yieldable<unknown>, void, unknown>;

/** A generator as greenlet's own tests build one: its items go to whoever asked for the next. */
class Items extends Greenlet {
  #consumer: Greenlet | undefined;
  readonly #body: (items: Items) => Body;

  constructor(body: (items: Items) => Body) {
    super();
    this.#body = body;
  }

  override *run(): Generator<Yieldable<unknown>, undefined, unknown> {
    yield* this.#body(this);
    return undefined;
  }

  *give(item: unknown): Generator<Yieldable<unknown>, unknown, unknown> {
    return yield* (this.#consumer as Greenlet).switch({ item });
  }

  *next(): Generator<Yieldable<unknown>, { item: unknown } | undefined, unknown> {
    this.#consumer = getCurrent();
    this.parent = this.#consumer;
    return (yield* this.switch()) as { item: unknown } | undefined;
  }

  *all(): Generator<Yieldable<unknown>, unknown[], unknown> {
    const all: unknown[] = [];
    for (let step = yield* this.next(); step !== undefined; step = yield* this.next()) {
      all.push(step.item);
    }
    return all;
  }
}

const counting = (n: number) =>
  new Items(function* (items) {
    for (let i = 0; i < n; i++) yield* items.give(i);
  });

test(
  "a generator made of a greenlet gives its items one by one",
  virtually(function* () {
    expect(yield* counting(4).all()).toEqual([0, 1, 2, 3]);
    expect(yield* counting(0).all()).toEqual([]);
  }),
);

test(
  "two of them advance in turn and don't disturb each other",
  virtually(function* () {
    const [a, b] = [counting(3), counting(3)];
    const seen: unknown[] = [];
    for (let i = 0; i < 3; i++) seen.push(yield* a.next(), yield* b.next());
    expect(seen.map((step) => (step as { item: unknown }).item)).toEqual([0, 0, 1, 1, 2, 2]);
    expect([yield* a.next(), yield* b.next(), a.dead, b.dead]).toEqual([
      undefined,
      undefined,
      true,
      true,
    ]);
  }),
);

/** Items of a tree, given from any depth of nested generators at once to the outermost consumer. */
function permutations(rest: readonly number[], taken: readonly number[] = []): Items {
  return new Items(function* (items) {
    if (rest.length === 0) return void (yield* items.give(taken));
    for (const [i, each] of rest.entries()) {
      const inner = permutations(rest.toSpliced(i, 1), [...taken, each]);
      for (let step = yield* inner.next(); step !== undefined; step = yield* inner.next()) {
        yield* items.give(step.item);
      }
    }
  });
}

test(
  "generators nest in generators: all permutations of four",
  virtually(function* () {
    const all = yield* permutations([1, 2, 3, 4]).all();
    expect(all.length).toBe(24);
    expect(all.slice(0, 3)).toEqual([
      [1, 2, 3, 4],
      [1, 2, 4, 3],
      [1, 3, 2, 4],
    ]);
    expect(new Set(all.map(String)).size).toBe(24);
  }),
);

test(
  "a greenlet yields at a level: from the depths straight to the one that many levels up asks",
  virtually(function* () {
    const top = getCurrent();
    const levels: Greenlet[] = [];
    const trace: unknown[] = [];
    function* level(n: number): Generator<Yieldable<unknown>, string, unknown> {
      levels[n] = getCurrent();
      if (n === 5) {
        for (let up = 4; up >= 0; up--)
          trace.push(yield* (levels[up] as Greenlet).switch(`to ${up}`));
        return yield* top.switch("bottom done");
      }
      const below = greenlet(level);
      const got = yield* below.switch(n + 1);
      trace.push(`${n} got ${String(got)}`);
      return yield* (levels[5] as Greenlet).switch(`from ${n}`);
    }
    expect(yield* greenlet(level).switch(0)).toBe("bottom done");
    expect(trace).toEqual([
      "4 got to 4",
      "from 4",
      "3 got to 3",
      "from 3",
      "2 got to 2",
      "from 2",
      "1 got to 1",
      "from 1",
      "0 got to 0",
      "from 0",
    ]);
  }),
);

test(
  "hundreds of greenlets pass a token round symmetrically, in order",
  virtually(function* () {
    const main = getCurrent();
    const count = 500;
    const rounds = 20;
    const all: Greenlet[] = [];
    const visits: number[] = [];
    function* node(i: number, token: number): Generator<Yieldable<unknown>, void, unknown> {
      for (let held = token; ; ) {
        visits.push(i);
        if (held === count * rounds) yield* main.switch(held);
        const next = all[(i + 1) % count] as Greenlet;
        const args = next.started ? [held + 1] : [(i + 1) % count, held + 1];
        held = (yield* next.switch(...args)) as number;
      }
    }
    for (let i = 0; i < count; i++) all.push(greenlet(node));
    expect(yield* (all[0] as Greenlet).switch(0, 1)).toBe(count * rounds);
    expect(visits.length).toBe(count * rounds);
    expect(visits.every((i, at) => i === at % count)).toBe(true);
    expect(all.every((g) => g.started && !g.dead)).toBe(true);
  }),
);
