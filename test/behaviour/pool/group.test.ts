import * as Effect from "effect/Effect";
import { type Fiber, sleep, spawn, spawnLater } from "fibril";
import { Group } from "fibril/pool";
import { expect, test } from "vitest";
import { after, thrownBy, virtually } from "../../harness/virtual.ts";

/** A fiber is iterable, and must not be gone through by a comparison. */
const idsOf = (fibers: Iterable<Fiber>) => [...fibers].map((fiber) => fiber.id);

test(
  "a spawn gives the fiber at once, which begins behind all that is queued",
  virtually(function* () {
    const trace: unknown[] = [];
    const group = new Group();
    spawn(() => trace.push("before"));
    const fiber: Fiber<string, unknown> = group.spawn((word: string) => {
      trace.push("body");
      return word;
    }, "value");
    trace.push(fiber.status, group.length, group.has(fiber));
    expect(yield* fiber).toBe("value");
    trace.push(group.length, group.has(fiber));
    expect(trace).toEqual(["pending", 1, true, "before", "body", 0, false]);
  }),
);

test(
  "it spawns whatever spawn does, options first",
  virtually(function* () {
    const group = new Group();
    const controller = new AbortController();
    const fibers = [
      group.spawn(after, 1, "generator function"),
      group.spawn(after(1, "generator")),
      group.spawn(async (word: string) => word, "async function"),
      group.spawn(Effect.succeed("Effect")),
      group.spawn({ name: "named" }, after, 1, "options"),
      group.spawn({ name: "as well" }, Effect.succeed("options of an Effect")),
    ];
    const aborted = group.spawn({ signal: controller.signal }, () => sleep("1 hour"));
    expect(idsOf(group)).toEqual(idsOf([...fibers, aborted]));
    controller.abort();
    expect(yield* thrownBy(group.join())).toBe(controller.signal.reason);
    expect(fibers.map((fiber) => fiber.value)).toEqual([
      "generator function",
      "generator",
      "async function",
      "Effect",
      "options",
      "options of an Effect",
    ]);
    expect([fibers[4]?.name, aborted.dead]).toEqual(["named", true]);
  }),
);

test(
  "a fiber knows where in the program and by whom it was spawned",
  virtually(function* () {
    const group = new Group();
    // Bun leaves out the frame of a tail call.
    const spawner = spawn(() => void group.spawn(after, 5, undefined));
    yield* sleep();
    const [fiber] = group;
    expect(fiber?.spawningStack[0]).toMatch(/group\.test\.ts/);
    expect(fiber?.spawningFiber === spawner).toBe(true);
    expect(fiber?.name).toBe(`after-${fiber?.id}`);
  }),
);

test(
  "live fibers can be added, once, and let go",
  virtually(function* () {
    const [a, b, c] = [spawn(after, 10, "a"), spawn(after, 20, "b"), spawn(after, 30, "c")];
    const group = new Group([a]);
    group.add(b);
    group.add(b);
    group.add(c);
    expect([group.length, idsOf(group)]).toEqual([3, idsOf([a, b, c])]);
    expect([group.discard(c), group.discard(c), group.has(c)]).toEqual([true, false, false]);
    expect(yield* group.join()).toBe(true);
    expect([a.dead, b.dead, c.dead]).toEqual([true, true, false]);
    yield* group.kill();
    expect(yield* c).toBe("c");
  }),
);

test(
  "a dead fiber is no member, nor is one longer than it lives",
  virtually(function* () {
    const dead = spawn(() => 1);
    yield* dead.join();
    const group = new Group([dead]);
    expect([group.length, group.has(dead), yield* group.join()]).toEqual([0, false, true]);
    const trace: number[] = [];
    group.spawn(after, 1, 1).rawLink(() => trace.push(group.length));
    group.spawn(after, 2, 2).link(() => trace.push(group.length));
    yield* group.join();
    yield* sleep();
    expect(trace).toEqual([1, 0]);
  }),
);

test(
  "a fiber may be in several groups, and wait for its time in one",
  virtually(function* () {
    const [one, other] = [new Group(), new Group()];
    const fiber = spawnLater(10, () => "late");
    one.add(fiber);
    other.add(fiber);
    one.discard(fiber);
    expect([one.length, other.length]).toEqual([0, 1]);
    yield* other.kill();
    expect([fiber.status, other.length]).toEqual(["killed", 0]);
  }),
);

test(
  "a group is never full",
  virtually(function* () {
    const group = new Group();
    for (let i = 0; i < 100; i++) group.spawn(after, 1, i);
    expect([group.full(), group.length]).toEqual([false, 100]);
    yield* group.join();
  }),
);

test("what is no body or no fiber is refused at the call", () => {
  const group = new Group();
  expect(() => group.spawn(5 as never)).toThrow(TypeError);
  expect(() => group.spawn({ nmae: "typo" } as never, () => 1)).toThrow(/option "nmae"/);
  expect(() => group.spawn(async function* () {} as never)).toThrow(/async generator/);
  expect(() => group.add({} as never)).toThrow(/Cannot add a value of type Object: pass a Fiber/);
  expect(() => group.discard(null as never)).toThrow(TypeError);
  expect(() => group.killOne("x" as never)).toThrow(TypeError);
  expect(() => new Group([1] as never)).toThrow(TypeError);
  expect(() => group.join(5 as never)).toThrow(/\{ timeout: 5 \}/);
  expect(() => group.kill(5 as never)).toThrow(TypeError);
  expect(() => group.kill({ grace: -1 / 0, timeout: "soon" as never })).toThrow();
  expect(group.length).toBe(0);
});
