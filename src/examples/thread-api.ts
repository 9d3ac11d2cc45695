// S4-8: what a Thread has: start, getName, setName, name, isAlive, setDaemon, isDaemon, ident, join, run.
import { sleep } from "fibril";
import { currentThread, Thread } from "fibril/threading";

function* work(hundredths: number) {
  console.log(`${currentThread().name} works`);
  yield* sleep(hundredths * 10);
  console.log(`${currentThread().name} is done`);
}

/** What Python raises as a RuntimeError. */
function attempt(what: () => unknown): void {
  try {
    what();
  } catch (error) {
    console.log(`${(error as Error).name}: ${(error as Error).message}`);
  }
}

const thread = new Thread({ target: work, args: [1] });
console.log(thread.name, thread.isAlive(), thread.ident);
attempt(() => thread.join());

thread.setName("worker");
thread.setDaemon(false);
console.log(thread.getName(), thread.isDaemon());

thread.start();
console.log(thread.isAlive(), thread.ident === undefined);
attempt(() => thread.start());
attempt(() => thread.setDaemon(true));
await thread.join();
console.log(thread.isAlive(), thread.ident === undefined);

// run() alone is no thread: it calls the target here.
const plain = new Thread({ target: (n: number) => n * 2, args: [21] });
console.log(plain.run(), plain.isAlive());

// join with a timeout tells by isAlive whether the thread has ended.
const slow = new Thread({ target: () => sleep("1 minute"), daemon: true });
slow.start();
await slow.join({ timeout: 10 });
console.log(slow.isAlive());
