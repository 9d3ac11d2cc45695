// S4-12: ten threads count one number up, each under an RLock and with a pause (here hundredths).
import { joinAll, sleep, spawn } from "fibril";
import { RLock } from "fibril/sync";

let globalNumber = 0;

function* countUp(lock: RLock) {
  yield* lock.acquire();
  globalNumber += 1;
  yield* sleep("10 millis");
  // Nobody else came between: the lock was held all the time.
  console.log(globalNumber);
  lock.release();
}

const lock = new RLock();
await joinAll(Array.from({ length: 10 }, () => spawn(countUp, lock)));
