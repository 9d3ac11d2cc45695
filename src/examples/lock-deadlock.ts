// S4-13: a Lock that is acquired twice is a deadlock: seen by a timeout, else reported.
import { LoopExit, spawn } from "fibril";
import { Lock } from "fibril/sync";

const lock = new Lock();

function* acquireTwice() {
  console.log("first acquire:", yield* lock.acquire());
  console.log("second acquire, with a timeout:", yield* lock.acquire({ timeout: "50 millis" }));
  try {
    yield* lock.acquire();
    console.log("never printed");
  } catch (error) {
    if (!(error instanceof LoopExit)) throw error;
    // What it says, without the place where the fiber was spawned.
    console.log(error.message.split("  src/")[0]);
  }
  lock.release();
  console.log("locked:", lock.locked());
}

spawn({ name: "twice" }, acquireTwice);
