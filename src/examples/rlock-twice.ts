// S4-14: an RLock may be acquired twice, and is free after as many releases.
import { joinAll, sleep, spawn } from "fibril";
import { RLock } from "fibril/sync";

const lock = new RLock();

function* twice() {
  yield* lock.acquire();
  yield* lock.acquire();
  console.log("acquired twice");
  yield* sleep(10);
  lock.release();
  console.log("released once");
  yield* sleep(10);
  lock.release();
  console.log("released twice");
}

function* other() {
  yield* lock.acquire();
  console.log("the other one has it");
  lock.release();
}

await joinAll([spawn(twice), spawn(other)]);
