import { type Fiber, forEach, getHub, iwait, joinAll, sleep, spawn, type Waitable } from "fibril";
import { Event } from "fibril/sync";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

const iwaitAnything = iwait as unknown as (...args: unknown[]) => unknown;

function* after(ms: number) {
  yield* sleep(ms);
  return ms;
}

function* behind({ name, gate }: { readonly name: string; readonly gate: Event }) {
  yield* gate.wait();
  return name;
}

const sleepers = (...delays: number[]): Fiber<number, never>[] =>
  delays.map((ms) => spawn(after, ms));

/** Something that finishes when it is told to, and counts its links. */
class Manual implements Waitable {
  readonly #callbacks = new Set<(self: never) => void>();
  rawLink(callback: (self: never) => void): void {
    this.#callbacks.add(callback);
  }
  unlink(callback: unknown): void {
    this.#callbacks.delete(callback as () => void);
  }
  get links(): number {
    return this.#callbacks.size;
  }
  finish(): void {
    for (const callback of this.#callbacks) callback(this as never);
  }
}

test("for await takes fibers as they finish", async () => {
  const gates = ["first", "second", "third"].map((name) => ({ name, gate: new Event() }));
  const opening = [2, 0, 1].map((place) => gates[place]?.gate);
  const names: unknown[] = [];
  opening.shift()?.set();
  for await (const fiber of iwait(gates.map((each) => spawn(behind, each)))) {
    names.push(fiber.value);
    opening.shift()?.set();
  }
  expect(names).toEqual(["third", "first", "second"]);
});

test(
  "in a fiber they are taken by yield* it.next(), and other things may be done between",
  virtually(function* () {
    const finishing = iwait(sleepers(30, 10, 20));
    const values: unknown[] = [];
    for (;;) {
      const { done, value } = yield* finishing.next();
      if (done === true) break;
      values.push([value.value, getHub().now()]);
      yield* sleep(12);
    }
    expect(values).toEqual([
      [10, 10],
      [20, 22],
      [30, 34],
    ]);
    expect(yield* finishing.next()).toEqual({ done: true, value: undefined });
  }),
);

test(
  "a timeout counts from the first next and ends the iteration silently",
  virtually(function* () {
    const finishing = iwait(sleepers(10, 35, 50), { timeout: 30 });
    yield* sleep(7);
    const values: unknown[] = [];
    for (;;) {
      const { done, value } = yield* finishing.next();
      if (done === true) break;
      values.push(value.value);
    }
    expect([values, getHub().now()]).toEqual([[10, 35], 37]);
  }),
);

test(
  "a count ends the iteration",
  virtually(function* () {
    const finishing = iwait(sleepers(3, 1, 2), { count: 2 });
    expect((yield* finishing.next()).value?.value).toBe(1);
    expect((yield* finishing.next()).value?.value).toBe(2);
    expect((yield* finishing.next()).done).toBe(true);
  }),
);

test(
  "anything with rawLink and unlink can be waited for",
  virtually(function* () {
    const [first, second] = [new Manual(), new Manual()];
    const finishing = iwait([first, second]);
    expect([first.links, second.links]).toEqual([0, 0]);
    getHub().runCallback(() => second.finish());
    expect((yield* finishing.next()).value).toBe(second);
    first.finish();
    expect((yield* finishing.next()).value).toBe(first);
    expect((yield* finishing.next()).done).toBe(true);
    expect([first.links, second.links]).toEqual([0, 0]);
  }),
);

test("a loop that is left takes its links off, by break as by throw", async () => {
  for (const leave of ["break", "throw"]) {
    const [done, pending] = [new Manual(), new Manual()];
    const finishing = iwait([done, pending]);
    const loop = async () => {
      for await (const each of finishing) {
        expect([each === done, pending.links]).toEqual([true, 1]);
        if (leave === "throw") throw new Error(leave);
        break;
      }
    };
    const looping = loop().catch((error) => expect(error.message).toBe("throw"));
    await sleep();
    done.finish();
    await looping;
    expect(pending.links).toBe(0);
  }
});

test(
  "disposing takes the links off and ends the iteration",
  virtually(function* () {
    const pending = new Manual();
    const finishing = iwait([pending]);
    const taker = spawn(() => finishing.next());
    yield* sleep();
    expect(pending.links).toBe(1);
    yield* taker.kill();
    finishing[Symbol.dispose]();
    expect(pending.links).toBe(0);
    expect((yield* finishing.next()).done).toBe(true);
  }),
);

test(
  "two fibers may take from one iteration, each gets its own",
  virtually(function* () {
    const finishing = iwait(sleepers(5, 9));
    const next = finishing.next();
    const takers = [spawn(() => next), spawn(() => next), spawn(() => next)];
    const steps = yield* joinAll(takers, { timeout: "1 minute" });
    expect(steps.map((step) => (step.done === true ? "end" : step.value.value))).toEqual([
      5,
      9,
      "end",
    ]);
  }),
);

test(
  "forEach goes through an iteration, with several fibers as well",
  virtually(function* () {
    for (const concurrency of [1, 2, 5]) {
      const values: unknown[] = [];
      yield* forEach(iwait(sleepers(7, 2, 5, 2)), (fiber) => values.push(fiber.value), {
        concurrency,
      });
      expect(values).toEqual([2, 2, 5, 7]);
    }
  }),
);

test(
  "an abort throws the signal's reason at next",
  virtually(function* () {
    const controller = new AbortController();
    const finishing = iwait(sleepers(10), { signal: controller.signal });
    getHub().runCallback(() => controller.abort("stop"));
    expect(yield* thrownBy(finishing.next())).toBe("stop");
  }),
);

test("what can't be waited for is refused at the call", () => {
  expect(() => iwaitAnything([{}])).toThrow(TypeError);
  expect(() => iwaitAnything(undefined)).toThrow(TypeError);
  expect(() => iwaitAnything([], "1 second")).toThrow(TypeError);
  expect(() => iwaitAnything([], { timeout: "soon" })).toThrow(TypeError);
});
