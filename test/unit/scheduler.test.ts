import { describe, expect, test } from "vitest";
import { Budget, TURN_BUDGET_MS } from "../../src/scheduler/budget.ts";
import { Lanes } from "../../src/scheduler/lanes.ts";
import { seededPolicy } from "../../src/scheduler/policy.ts";
import { type Drain, Roster } from "../../src/scheduler/roster.ts";
import { DAEMON, GUEST, type Runnable } from "../../src/scheduler/task.ts";

describe("Lanes", () => {
  test("give lower numbers first, and one lane in the order of arrival", () => {
    const lanes = new Lanes();
    const ran: string[] = [];
    for (const [name, priority] of [
      ["c", 5],
      ["a", -1],
      ["d", 5],
      ["b", 1],
      ["urgent", -10],
    ] as const) {
      lanes.push(() => ran.push(name), priority);
    }
    expect(lanes.size).toBe(5);
    for (let task = lanes.shiftUrgent(); task; task = lanes.shiftUrgent()) task();
    expect(ran).toEqual(["urgent", "a"]);
    for (let task = lanes.shiftPatient(); task; task = lanes.shiftPatient()) task();
    expect(ran).toEqual(["urgent", "a", "b", "c", "d"]);
    expect([lanes.size, lanes.shiftPatient(), lanes.shiftUrgent()]).toEqual([
      0,
      undefined,
      undefined,
    ]);
  });
});

describe("A budget", () => {
  test("is spent when the time of a turn has passed, and stays so until it is filled", () => {
    let now = 0;
    const budget = new Budget(() => now);
    budget.refill();
    for (let step = 0; step < 1000; step++) expect(budget.spent()).toBe(false);
    now = TURN_BUDGET_MS;
    let steps = 1;
    while (!budget.spent()) steps++;
    expect(steps).toBeLessThanOrEqual(64);
    expect([budget.spent(), budget.spent()]).toEqual([true, true]);
    budget.refill();
    expect(budget.spent()).toBe(false);
  });

  test("looks at the clock at every step once steps are slow, and seldom again when they are not", () => {
    let now = 0;
    let looks = 0;
    const budget = new Budget(() => {
      looks++;
      return now;
    });
    for (let turn = 0; turn < 5; turn++) {
      budget.refill();
      do now += 1;
      while (!budget.spent());
    }
    looks = 0;
    budget.refill();
    now += 1;
    expect([budget.spent(), looks]).toEqual([false, 2]);
    for (let step = 0; step < 1000; step++) budget.spent();
    looks = 0;
    for (let step = 0; step < 640; step++) budget.spent();
    expect(looks).toBe(10);
  });
});

describe("A seeded policy", () => {
  test("picks within bounds, the same for a seed and others for another", () => {
    const picks = (seed: number) => {
      const policy = seededPolicy(seed);
      return Array.from({ length: 100 }, () => policy(7));
    };
    expect(picks(1).every((pick) => pick >= 0 && pick < 7)).toBe(true);
    expect(new Set(picks(1)).size).toBe(7);
    expect(picks(1)).toEqual(picks(1));
    expect(picks(1)).not.toEqual(picks(2));
    expect(seededPolicy(3)(1)).toBe(0);
  });
});

describe("A roster", () => {
  let ids = 0;
  const make = (flags = 0): Runnable =>
    ({ id: ++ids, flags, next: undefined, previous: undefined }) as Runnable;
  const drain = (trace: string[], name: string, how: Partial<Drain> = {}): Drain => ({
    isFiber: false,
    withGuests: false,
    drained: () => trace.push(name),
    ...how,
  });

  test("lists the oldest first, whoever leaves", () => {
    const roster = new Roster();
    const fibers = [make(), make(), make(), make()] as const;
    for (const fiber of fibers) roster.add(fiber);
    roster.remove(fibers[1]);
    expect([...roster]).toEqual([fibers[0], fibers[2], fibers[3]]);
    roster.remove(fibers[3]);
    roster.remove(fibers[0]);
    expect([...roster]).toEqual([fibers[2]]);
    roster.remove(fibers[2]);
    expect([[...roster], roster.isEmpty(), roster.waitedFor]).toEqual([[], true, 0]);
    roster.add(fibers[1]);
    expect([...roster]).toEqual([fibers[1]]);
  });

  test("waits for all but the daemons, and for guests only where that is asked", () => {
    const roster = new Roster();
    const trace: string[] = [];
    const [fiber, daemon, guest] = [make(), make(DAEMON), make(GUEST)];
    for (const each of [fiber, daemon, guest]) roster.add(each);
    expect(roster.waitedFor).toBe(2);
    expect(roster.whenDrained(drain(trace, "all", { withGuests: true }))).toBe(false);
    expect(roster.whenDrained(drain(trace, "fibers"))).toBe(false);
    roster.remove(fiber);
    expect(trace).toEqual(["fibers"]);
    roster.remove(guest);
    expect(trace).toEqual(["fibers", "all"]);
    expect(roster.isEmpty()).toBe(false);
  });

  test("those who wait do not wait for each other, and one that gave up is not told", () => {
    const roster = new Roster();
    const trace: string[] = [];
    for (let i = 0; i < 2; i++) roster.add(make());
    const first = drain(trace, "first", { isFiber: true });
    const second = drain(trace, "second", { isFiber: true });
    expect(roster.whenDrained(first)).toBe(false);
    expect(roster.whenDrained(second)).toBe(true);
    expect(trace).toEqual(["first"]);
    roster.add(make());
    expect(roster.whenDrained(first)).toBe(false);
    roster.forgetDrain(first);
    for (const each of [...roster]) roster.remove(each);
    expect(trace).toEqual(["first"]);
  });
});
