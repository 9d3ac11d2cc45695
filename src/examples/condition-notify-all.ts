// S4-16: two consumers wait for a Condition, a producer notifies them all (seconds are hundredths).
import { joinAll, sleep, spawn } from "fibril";
import { Condition } from "fibril/sync";

const condition = new Condition();

function* consumer(name: string) {
  yield* condition.acquire();
  try {
    console.log(`${name} before wait`);
    yield* condition.wait();
    console.log(`${name} after wait`);
  } finally {
    condition.release();
  }
}

// As Python's with statement: the body has the lock, whatever happens in it.
function* producer() {
  yield* condition.use(function* () {
    console.log("producer before notifyAll");
    condition.notifyAll();
    // To notify does not release the lock: the consumers still wait.
    yield* sleep(20);
    console.log("producer after notifyAll");
  });
}

const threads = [spawn(consumer, "c1")];
await sleep(20);
threads.push(spawn(consumer, "c2"));
await sleep(20);
threads.push(spawn(producer));
await joinAll(threads);

try {
  await condition.wait();
} catch (error) {
  console.log((error as Error).message);
}
