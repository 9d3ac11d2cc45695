// S4-3: two printers, started by start_new_thread, five times each (delays of 10 and 300 ms for 2 and 4 s).
import { sleep } from "fibril";
import { activeCount, startNewThread } from "fibril/threading";

function* printTime(threadName: string, delay: number) {
  for (let count = 1; count <= 5; count++) {
    yield* sleep(delay);
    console.log(`${threadName}: ${count}`);
  }
}

const idents = [
  startNewThread(printTime, ["Thread-1", 10]),
  startNewThread(printTime, ["Thread-2", 300]),
];
console.log("idents:", idents.every(Number.isInteger) && idents[0] !== idents[1]);

// The original waits by `while 1: pass`, which would never let a fiber run.
while (activeCount() > 1) await sleep(10);
console.log("over");
