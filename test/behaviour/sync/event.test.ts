import * as Effect from "effect/Effect";
import { GreenletExit, getHub, iwait, joinAll, kill, sleep, spawn, Timeout, wait } from "fibril";
import { select } from "fibril/channel";
import { Event } from "fibril/sync";
import { expect, test } from "vitest";
import { thrownBy, virtually } from "../../harness/virtual.ts";

function* waitAndLog(event: Event, trace: unknown[], name: unknown) {
  yield* event.wait();
  trace.push(name);
}

test(
  "set queues who waits, in order, and goes on itself",
  virtually(function* () {
    const event = new Event();
    const trace: unknown[] = [];
    for (const n of [0, 1, 2]) spawn(waitAndLog, event, trace, n);
    yield* sleep();
    event.set();
    trace.push("set");
    spawn(() => trace.push("after"));
    yield* sleep();
    expect(trace).toEqual(["set", 0, 1, 2, "after"]);
  }),
);

test(
  "wait gives true without suspending while it is set, and waits again after clear",
  virtually(function* () {
    const event = new Event();
    const trace: unknown[] = [];
    event.set();
    event.set();
    spawn(() => trace.push("other"));
    expect([event.isSet(), event.ready(), yield* event.wait()]).toEqual([true, true, true]);
    expect(trace).toEqual([]);
    event.clear();
    event.clear();
    expect([event.isSet(), event.ready(), yield* event.wait({ timeout: 5 })]).toEqual([
      false,
      false,
      false,
    ]);
  }),
);

test(
  "who waited when it was set goes on, also if it is cleared before",
  virtually(function* () {
    const event = new Event();
    const waiters = [1, 2].map(() => spawn(() => event.wait({ timeout: 5 })));
    yield* sleep();
    event.set();
    event.clear();
    const late = spawn(() => event.wait({ timeout: 5 }));
    expect(yield* joinAll([...waiters, late])).toEqual([true, true, false]);
  }),
);

test(
  "a wait that finds it set comes after those who waited for it",
  virtually(function* () {
    const event = new Event();
    const trace: unknown[] = [];
    const fibers = [0, 1, 2].map((n) =>
      spawn(function* () {
        yield* waitAndLog(event, trace, `${n}a`);
        yield* waitAndLog(event, trace, `${n}b`);
      }),
    );
    yield* sleep();
    event.set();
    yield* waitAndLog(event, trace, "setter");
    yield* joinAll(fibers);
    expect(trace).toEqual(["0a", "1a", "2a", "setter", "0b", "1b", "2b"]);
    expect(yield* select([sleep(), event.wait()])).toEqual({ index: 1, value: true });
  }),
);

test(
  "a timeout gives false, and with 0 lets the others run first",
  virtually(function* () {
    const event = new Event();
    expect(yield* event.wait({ timeout: "20 millis" })).toBe(false);
    expect(getHub().now()).toBe(20);
    spawn(() => event.set());
    expect(yield* event.wait({ timeout: 0 })).toBe(true);
    event.clear();
    expect(yield* event.wait({ timeout: -1 })).toBe(false);
  }),
);

test(
  "somebody else's timeout and a signal's reason are thrown",
  virtually(function* () {
    const event = new Event();
    const outer = Timeout.start(5);
    expect(yield* thrownBy(event.wait({ timeout: 10 }))).toBe(outer);
    const controller = new AbortController();
    spawn(() => controller.abort(new Error("enough")));
    expect(yield* thrownBy(event.wait({ signal: controller.signal }))).toEqual(new Error("enough"));
    expect(yield* thrownBy(event.wait({ signal: controller.signal }))).toEqual(new Error("enough"));
  }),
);

test(
  "a kill at the wait leaves no trace; what was on its way comes first",
  virtually(function* () {
    const event = new Event();
    const trace: unknown[] = [];
    function* watch(name: string) {
      try {
        yield* event.wait();
        trace.push(`${name} woke`);
      } catch (error) {
        trace.push(`${name} ${(error as Error).name}`);
      }
    }
    const [early, late] = [spawn(watch, "early"), spawn(watch, "late")];
    yield* sleep();
    void early.kill();
    event.set();
    void late.kill();
    yield* joinAll([early, late], { raiseError: false });
    expect(trace).toEqual(["early GreenletExit", "late woke"]);
  }),
);

test(
  "select takes a wait, and leaves the line when another comes first",
  virtually(function* () {
    const [a, b] = [new Event(), new Event()];
    const first = spawn(() => select({ a: a.wait(), b: b.wait(), late: sleep("1 hour") }));
    yield* sleep();
    expect(first.parkReason).toBe("select(event.wait, event.wait, sleep(3600s))");
    b.set();
    expect(yield* first).toEqual({ key: "b", value: true });
    a.set();
    expect(yield* select([a.wait(), b.wait()])).toEqual({ index: 0, value: true });
    expect(getHub().timers).toBe(0);
  }),
);

test(
  "a raw link is called once, after those who waited before it, and not if it was taken back",
  virtually(function* () {
    const event = new Event();
    const trace: unknown[] = [];
    const link = (source: Event) => trace.push(source === event ? "link" : "?");
    const unlinked = () => trace.push("unlinked");
    spawn(waitAndLog, event, trace, "waiter");
    yield* sleep();
    event.rawLink(link);
    event.rawLink(unlinked);
    event.unlink(unlinked);
    event.rawLink(unlinked);
    event.set();
    trace.push("set");
    event.unlink(unlinked);
    yield* sleep();
    expect(trace).toEqual(["set", "waiter", "link"]);
    event.clear();
    event.set();
    yield* sleep();
    expect(trace.length).toBe(3);
    event.rawLink(link);
    expect(trace.length).toBe(3);
    yield* sleep();
    expect(trace.length).toBe(4);
    expect(() => event.rawLink(5 as never)).toThrow("Cannot link 5: pass a function");
  }),
);

test(
  "a link that was taken back leaves no trace",
  virtually(function* () {
    const event = new Event();
    const trace: string[] = [];
    const link = () => expect.unreachable();
    event.rawLink(link);
    event.unlink(link);
    event.unlink(link);
    spawn(() => trace.push("other"));
    event.set();
    yield* event.wait();
    expect(trace).toEqual([]);
  }),
);

test(
  "a raw link may set and clear the event, and take another back",
  virtually(function* () {
    const event = new Event();
    const trace: string[] = [];
    const second = () => trace.push("second");
    event.rawLink(() => {
      event.unlink(second);
      event.clear();
      event.rawLink(() => trace.push("third"));
      event.set();
    });
    event.rawLink(second);
    event.set();
    yield* sleep();
    yield* sleep();
    expect(trace).toEqual(["third"]);
  }),
);

test(
  "wait and iwait take events",
  virtually(function* () {
    const [a, b] = [new Event(), new Event()];
    spawn(function* () {
      yield* sleep(5);
      b.set();
      yield* sleep(5);
      a.set();
    });
    expect(yield* wait([a, b], { count: 1 })).toEqual([b]);
    expect(yield* wait([a, b])).toEqual([b, a]);
    expect(yield* wait([new Event()], { timeout: 5 })).toEqual([]);
    const finishing = iwait([a]);
    expect((yield* finishing.next()).value).toBe(a);
  }),
);

test("an event works between async code, an Effect program and a fiber", async () => {
  const event = new Event();
  const waiters = [
    spawn(() => event.wait()),
    spawn(async () => await event.wait()),
    event.wait(),
    Effect.runPromise(Effect.map(event.wait(), (value) => value)),
  ];
  await sleep();
  event.set();
  expect(await Promise.all(waiters)).toEqual([true, true, true, true]);
});

test(
  "a wait is a description: one may be run by many fibers at once",
  virtually(function* () {
    const event = new Event();
    const waiting = event.wait();
    const limited = event.wait({ timeout: 5 });
    const fibers = [waiting, waiting, limited, limited].map((each) => spawn(() => each));
    yield* sleep();
    yield* kill(fibers[0] as never);
    event.set();
    const exits = yield* joinAll(fibers, { raiseError: false });
    expect(exits.map((exit) => (exit._tag === "Success" ? exit.value : "killed"))).toEqual([
      "killed",
      true,
      true,
      true,
    ]);
    expect(getHub().timers).toBe(0);
  }),
);

test("options that are none are refused at the call", () => {
  const event = new Event();
  expect(() => event.wait(5 as never)).toThrow("Cannot wait with 5 as options");
  expect(() => event.wait({ timeout: Number.NaN })).toThrow(RangeError);
  expect(() => event.wait({ timeout: "soon" as never })).toThrow(TypeError);
});

test(
  "a killed wait throws the GreenletExit",
  virtually(function* () {
    const fiber = spawn(() => new Event().wait());
    yield* sleep();
    expect(fiber.parkReason).toBe("event.wait");
    yield* fiber.kill();
    expect(yield* thrownBy(fiber.get())).toBeInstanceOf(GreenletExit);
  }),
);
