// S4-4: a subclass of Thread with an exit flag; exit() ends a thread in silence (seconds are 10 and 200 ms).
import { sleep } from "fibril";
import { exit, Thread } from "fibril/threading";

let exitFlag = 0;

class MyThread extends Thread {
  readonly threadID: number;
  readonly delay: number;

  constructor(threadID: number, name: string, delay: number) {
    super({ name });
    this.threadID = threadID;
    this.delay = delay;
  }

  override *run() {
    console.log(`Starting ${this.name}`);
    yield* printTime(this.name, this.delay, 3);
    console.log(`Exiting ${this.name}`);
  }
}

function* printTime(threadName: string, delay: number, counter: number) {
  for (let left = counter; left > 0; left--) {
    if (exitFlag) exit();
    yield* sleep(delay);
    console.log(`${threadName}: ${left}`);
  }
}

const thread1 = new MyThread(1, "Thread-1", 10);
const thread2 = new MyThread(2, "Thread-2", 200);

thread1.start();
thread2.start();

// Thread-2 sees the flag before its second time, and never comes to "Exiting".
await thread1.join();
exitFlag = 1;
await thread2.join();
console.log("Exiting Main Thread");
