// S4-10: three threads take five words from a Queue(10) under a lock, until an exit flag is set.
import { sleep, spawn } from "fibril";
import { Queue } from "fibril/queue";
import { Lock, Thread } from "fibril/threading";

const workQueue = new Queue<string>(10);
const queueLock = new Lock();
let exitFlag = false;

class Worker extends Thread {
  override *run() {
    console.log(`Starting ${this.name}`);
    while (!exitFlag) {
      const word = yield* queueLock.use(() =>
        workQueue.empty() ? undefined : workQueue.getNowait(),
      );
      if (word !== undefined) console.log(`${this.name} processing ${word}`);
      // Where a thread sleeps for a second, so that the others get their turn.
      yield* sleep(0);
    }
    console.log(`Exiting ${this.name}`);
  }
}

function* main() {
  const threads = ["Thread-1", "Thread-2", "Thread-3"].map((name) => new Worker({ name }));
  for (const thread of threads) thread.start();
  // They begin, and find the queue empty.
  yield* sleep(0);

  yield* queueLock.use(function* () {
    for (const word of ["One", "Two", "Three", "Four", "Five"]) yield* workQueue.put(word);
  });
  while (!workQueue.empty()) yield* sleep(0);
  exitFlag = true;

  for (const thread of threads) yield* thread.join();
  console.log("Exiting Main Thread");
}

await spawn(main);
