import { commonHome } from "../family.ts";
import { handleOf, opened, openHandle, shareable } from "../handles.ts";
import { LockWord } from "../shm/lock-word.ts";
import { OwnedLock, wordOf } from "./owned-lock.ts";

/** All of a Lock, whether it was made in this process or in another. */
abstract class OpenLock extends OwnedLock {
  /** Lets the next one in. Throws if nobody holds it. */
  release(): void {
    if (wordOf(this).release()) return;
    throw new Error("Cannot release unlocked lock: acquire it before, and release it once");
  }
}

/**
 * Held by one fiber of all processes at a time. Any process may release it. If the
 * one that holds it ends, however, the next one gets it, and sees by `abandoned`
 * that what it guards may be half done.
 *
 * A process that runs may take it before one that waits, but not twice in a row.
 *
 * multiprocessing: `multiprocessing.Lock`, which stays locked for ever when its holder dies.
 *
 * @example
 * ```ts
 * import { Lock, Process } from "fibril/process";
 *
 * export function* printTime(name: string, lock: Lock) {
 *   yield* lock.acquire();
 *   try {
 *     for (let i = 0; i < 2; i++) console.log(name, i);
 *   } finally {
 *     lock.release();
 *   }
 * }
 * async function main() {
 *   const lock = new Lock();
 *   const processes = ["a", "a"].map((name) => new Process({ target: printTime, args: [name, lock] }));
 *   for (const process of processes) process.start();
 *   for (const process of processes) await process.join();
 *   // -> a 0
 *   // -> a 1
 *   // -> a 0
 *   // -> a 1
 * }
 * if (import.meta.main) void main();
 * ```
 */
export class Lock extends OpenLock {
  constructor() {
    super(LockWord.create(commonHome(), "lock"));
  }
}

shareable(
  Lock,
  "Lock",
  import.meta.url,
  (lock: Lock) => handleOf(wordOf(lock)),
  (handle) =>
    opened(
      Lock,
      OpenLock,
      openHandle(handle, (member, cell) => LockWord.at(member, cell, "lock")),
    ),
);
