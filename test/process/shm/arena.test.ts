import { describe, expect, test } from "vitest";
import { Arena } from "../../../src/process/shm/arena.ts";
import { OWNED, PLAIN, SLOTS, WAITED } from "../../../src/process/shm/layout.ts";
import { ProcessTable } from "../../../src/process/shm/process-table.ts";
import { startTime } from "../../../src/process/shm/start-time.ts";
import {
  isRaised,
  lower,
  lowerNext,
  raise,
  someRaised,
} from "../../../src/process/shm/wait-mask.ts";

/** Above every id that a process can have. */
const NOBODY = 2 ** 22 + 1;

describe("an arena", () => {
  test("gives out cells that do not overlap and are zero", () => {
    const arena = Arena.create(20);
    const cells = [arena.allocate(1, PLAIN), arena.allocate(3, PLAIN), arena.allocate(1, PLAIN)];
    const [first = 0, second = 0, third = 0] = cells;
    expect([second - first, third - second]).toEqual([1, 3]);
    const bytes = arena.bytes(second, 3);
    expect(bytes).toHaveLength(192);
    expect(bytes.every((byte) => byte === 0)).toBe(true);
  });

  test("gives freed cells out again, zero again", () => {
    const arena = Arena.create(20);
    const cell = arena.allocate(2, PLAIN);
    arena.bytes(cell, 2).fill(7);
    arena.free(cell, 2);
    expect(arena.allocate(1, PLAIN)).not.toBe(cell);
    expect(arena.allocate(2, PLAIN)).toBe(cell);
    expect(arena.bytes(cell, 2).every((byte) => byte === 0)).toBe(true);
  });

  test("tells what has to be cleared up after a death", () => {
    const arena = Arena.create(20);
    const lock = arena.allocate(1, OWNED);
    arena.allocate(5, PLAIN);
    const event = arena.allocate(1, WAITED);
    const freed = arena.allocate(1, WAITED);
    arena.free(freed, 1);
    expect([...arena.shared()]).toEqual([
      [lock, OWNED],
      [event, WAITED],
    ]);
  });

  test("has room for what was asked for, and says when it is full", () => {
    const arena = Arena.create(1000);
    for (let i = 0; i < 1000; i++) arena.allocate(1, WAITED);
    expect(() => arena.allocate(100, PLAIN)).toThrow(/^Cannot share 6400 bytes of memory: \d+ of/);
    expect(() => arena.allocate(0, PLAIN)).toThrow(RangeError);
    expect(() => arena.allocate(1.5, PLAIN)).toThrow(RangeError);
  });

  test("is the same one for who opens its segment again", () => {
    const arena = Arena.create(10);
    const cell = arena.allocate(1, PLAIN);
    const again = Arena.in(arena.memory);
    expect(again.allocate(1, PLAIN)).toBe(cell + 1);
  });
});

describe("the table of processes", () => {
  const begin = () => new ProcessTable(Arena.create(10).words);

  test("gives each process a slot, and the first free one again", () => {
    const table = begin();
    expect([table.claim(11), table.claim(12), table.claim(13)]).toEqual([0, 1, 2]);
    table.release(1);
    expect(table.claim(14)).toBe(1);
    expect([...table.entries()].map(({ pid }) => pid)).toEqual([11, 14, 13]);
    expect([table.slotOf(14), table.slotOf(12)]).toEqual([1, undefined]);
    expect([table.hasOthersThan(0), begin().hasOthersThan(0)]).toEqual([true, false]);
  });

  test("has an end", () => {
    const table = begin();
    for (let i = 1; i <= SLOTS; i++) table.claim(i);
    expect(() => table.claim(1000)).toThrow(
      `${SLOTS} of them share it already, and there is room for no more`,
    );
  });

  test("knows them by name, as much of it as there is room for", () => {
    const table = begin();
    const slots = ["worker-1", "", "ä".repeat(40)].map((name, i) => table.claim(11 + i, name));
    expect(slots.map((slot) => table.nameIn(slot))).toEqual(["worker-1", "", "ä".repeat(26)]);
    expect([0, 1, 7, -1].map((slot) => table.describe(slot))).toEqual([
      "worker-1 (pid 11)",
      "process (pid 12)",
      undefined,
      undefined,
    ]);
    table.rename(0, "it");
    expect(table.nameIn(0)).toBe("it");
    table.release(0);
    expect(table.nameIn(table.claim(14))).toBe("");
  });

  test("knows who is alive, and a later process of the same id from the one that was", () => {
    const table = begin();
    const words = Arena.create(10).words;
    const other = new ProcessTable(words);
    expect(table.isAlive(table.claim(process.pid))).toBe(true);
    expect(table.isAlive(table.claim(NOBODY))).toBe(false);
    const slot = other.claim(process.pid);
    const started = words.indexOf(startTime(process.pid) as number);
    Atomics.add(words, started, 1);
    expect(other.isAlive(slot)).toBe(false);
  });

  test("lets one clear up after a process, or another one if that has ended too", () => {
    const table = begin();
    const [alive, dead] = [table.claim(process.pid), table.claim(NOBODY)];
    const slot = table.claim(42);
    const entry = { slot, pid: 42 };
    expect(table.takeForSweep({ slot, pid: 43 }, alive)).toBe(false);
    expect(table.takeForSweep(entry, dead)).toBe(true);
    expect([table.begunBy(dead), table.begunBy(alive)]).toEqual([[entry], []]);
    expect(table.takeForSweep(entry, alive)).toBe(true);
    expect(table.takeForSweep(entry, dead)).toBe(false);
    expect(table.pidIn(slot)).toBe(42);
    // One that is cleared up after itself is as good as dead.
    const heir = table.claim(process.ppid);
    expect(table.takeForSweep(entry, heir)).toBe(false);
    table.takeForSweep({ slot: alive, pid: process.pid }, heir);
    expect(table.takeForSweep(entry, heir)).toBe(true);
    table.release(slot);
    expect(table.takeForSweep(entry, alive)).toBe(false);
  });

  test("says a ring that is on its way is enough", () => {
    const table = begin();
    const slot = table.claim(42);
    expect([table.isFirstRing(slot), table.isFirstRing(slot)]).toEqual([true, false]);
    table.heard(slot);
    expect(table.isFirstRing(slot)).toBe(true);
  });
});

describe("a wait mask", () => {
  test("has a bit for each process, and is gone through in turn", () => {
    const { words } = Arena.create(10);
    const at = words.length - 16;
    const slots = [0, 31, 32, 127];
    expect(slots.map((slot) => raise(words, at, slot))).toEqual([true, true, true, true]);
    expect(raise(words, at, 31)).toBe(false);
    expect([isRaised(words, at, 127), isRaised(words, at, 1)]).toEqual([true, false]);
    // Never the one who asks.
    const next = Array.from({ length: 4 }, () => lowerNext(words, at, 31, 31));
    expect(next).toEqual([32, 127, 0, undefined]);
    expect(someRaised(words, at)).toBe(true);
    expect([lower(words, at, 31), lower(words, at, 31)]).toEqual([true, false]);
    expect(someRaised(words, at)).toBe(false);
  });
});
