// S4-9: a Lock keeps the lines of two threads apart; here the threads are fibers, the seconds twentieths.
import { joinAll, sleep, spawn } from "fibril";
import { Lock } from "fibril/sync";

const threadLock = new Lock();

function* printTime(threadName: string, delay: number, counter: number) {
  for (let left = counter; left > 0; left--) {
    yield* sleep(delay * 50);
    console.log(`${threadName}: ${left}`);
  }
}

function* myThread(threadName: string, delay: number) {
  console.log(`Starting ${threadName}`);
  // Without a timeout it waits as long as it takes, and gives true.
  yield* threadLock.acquire();
  try {
    yield* printTime(threadName, delay, 3);
  } finally {
    threadLock.release();
  }
}

function* impatient() {
  console.log(`Acquired within 5 ms: ${yield* threadLock.acquire({ timeout: 5 })}`);
}

await joinAll([spawn(myThread, "Thread-1", 1), spawn(myThread, "Thread-2", 2), spawn(impatient)]);
console.log("Exiting Main Thread");
