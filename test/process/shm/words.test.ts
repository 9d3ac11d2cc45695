/** Locks, semaphores and events of one process: that of others is only another bit. */
import { joinAll, sleep, spawn, Timeout, withTimeout } from "fibril";
import { select } from "fibril/channel";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Arena } from "../../../src/process/shm/arena.ts";
import { EventWord } from "../../../src/process/shm/event-word.ts";
import { LockWord } from "../../../src/process/shm/lock-word.ts";
import { Member } from "../../../src/process/shm/member.ts";
import { SemaphoreWord } from "../../../src/process/shm/semaphore-word.ts";
import { isWaitedForIn } from "../../../src/process/shm/shared-room.ts";

let member: Member;
beforeEach(async () => {
  member = Member.join(Arena.create(20));
});
afterEach(() => member.leave());

describe("a lock between processes", () => {
  test("lets fibers in one after the other, in the order in which they came", async () => {
    const lock = LockWord.create(member, "lock");
    const trace: string[] = [];
    function* visit(name: string) {
      yield* lock.acquire;
      trace.push(`${name} in`);
      yield* sleep(1);
      trace.push(`${name} out`);
      lock.release();
    }
    await joinAll(["a", "b", "c"].map((name) => spawn(visit, name)));
    expect(trace).toEqual(["a in", "a out", "b in", "b out", "c in", "c out"]);
    expect([lock.locked(), lock.waiting, isWaitedForIn(member, lock.cell)]).toEqual([
      false,
      0,
      false,
    ]);
  });

  test("knows who holds it", async () => {
    const lock = LockWord.create(member, "lock");
    expect([lock.locked(), lock.holderPid, lock.owner]).toEqual([false, 0, undefined]);
    expect([lock.tryAcquire(), lock.tryAcquire()]).toEqual([true, false]);
    expect([lock.locked(), lock.holderPid, lock.levels]).toEqual([true, process.pid, 1]);
    expect([lock.release(), lock.release()]).toEqual([true, false]);
    const fiber = spawn(() => lock.acquire);
    await fiber;
    expect(lock.owner).toBe(fiber);
    expect(lock.abandoned).toBe(false);
  });

  test("leaves no trace of who was killed or timed out in it", async () => {
    const lock = LockWord.create(member, "lock");
    lock.tryAcquire();
    const killed = spawn(() => lock.acquire);
    const late = spawn(function* () {
      yield* withTimeout(300, lock.acquire);
    });
    await sleep(1);
    expect([lock.waiting, isWaitedForIn(member, lock.cell)]).toEqual([2, true]);
    await killed.kill();
    expect([lock.waiting, isWaitedForIn(member, lock.cell)]).toEqual([1, true]);
    await expect(Promise.resolve(late)).rejects.toBeInstanceOf(Timeout);
    expect([lock.waiting, isWaitedForIn(member, lock.cell)]).toEqual([0, false]);
    lock.release();
    expect(lock.tryAcquire()).toBe(true);
  });

  test("may be acquired by its owner again, as an rlock, and by nobody else", async () => {
    const lock = LockWord.create(member, "rlock");
    const trace: unknown[] = [];
    const owner = spawn(function* () {
      yield* lock.acquire;
      yield* lock.acquire;
      yield* sleep(1);
      lock.release();
      trace.push(`owner ${lock.levels}`);
      yield* sleep(1);
      lock.release();
    });
    const other = spawn(function* () {
      trace.push(lock.tryAcquire());
      yield* lock.acquire;
      trace.push(`other ${lock.levels}`);
      lock.release();
    });
    await owner.join();
    await other.join();
    expect(trace).toEqual([false, "owner 1", "other 1"]);
  });

  test("is one object for all who open its cell, until it is freed", () => {
    const lock = LockWord.create(member, "lock");
    expect(LockWord.at(member, lock.cell, "lock")).toBe(lock);
    lock.free();
    const next = LockWord.create(member, "lock");
    expect(next.cell).toBe(lock.cell);
    expect(next).not.toBe(lock);
  });
});

describe("a semaphore between processes", () => {
  test("counts, and has a bound", () => {
    const semaphore = SemaphoreWord.create(member, 2, 3);
    expect([semaphore.tryAcquire(), semaphore.tryAcquire()]).toEqual([true, true]);
    expect([semaphore.tryAcquire(), semaphore.value]).toEqual([false, 0]);
    expect([semaphore.release(3), semaphore.release(), semaphore.value]).toEqual([true, false, 3]);
  });

  test("serves as many as there are permits for, and select takes it", async () => {
    const semaphore = SemaphoreWord.create(member, 0);
    const event = EventWord.create(member);
    const trace: number[] = [];
    const fibers = [1, 2, 3].map((n) =>
      spawn(function* () {
        yield* semaphore.acquire;
        trace.push(n);
      }),
    );
    const selecting = spawn(() =>
      select({ permit: semaphore.acquire, event: event.wait } as never),
    );
    await sleep(1);
    semaphore.release(2);
    await sleep(1);
    expect([trace, semaphore.value, semaphore.waiting]).toEqual([[1, 2], 0, 2]);
    event.set();
    await selecting.join();
    expect([semaphore.waiting, event.waiting]).toEqual([1, 0]);
    semaphore.release();
    await joinAll(fibers);
    expect([trace, isWaitedForIn(member, semaphore.cell)]).toEqual([[1, 2, 3], false]);
  });
});

describe("an event between processes", () => {
  test("lets go on who waited when it was set, also if it is cleared at once", async () => {
    const event = EventWord.create(member);
    const trace: string[] = [];
    function* wait(name: string) {
      yield* event.wait;
      trace.push(name);
    }
    const early = [spawn(wait, "a"), spawn(wait, "b")];
    await sleep(1);
    event.set();
    event.clear();
    const late = spawn(wait, "late");
    await joinAll(early);
    expect([trace, event.isSet(), event.generation]).toEqual([["a", "b"], false, 1]);
    event.set();
    event.set();
    await late.join();
    await event.wait;
    expect([trace, event.isSet(), event.generation]).toEqual([["a", "b", "late"], true, 2]);
  });

  test("lets those go on who wait at a pulse, and nobody later", async () => {
    const event = EventWord.create(member);
    const waiting = spawn(() => event.wait);
    await sleep(1);
    event.pulse();
    await waiting.join();
    expect(event.isSet()).toBe(false);
    const killed = spawn(() => event.wait);
    await sleep(1);
    await killed.kill();
    expect([event.waiting, isWaitedForIn(member, event.cell)]).toEqual([0, false]);
  });
});
