// S4-7: twenty threads with names of their own.
import { sleep } from "fibril";
import { currentThread, Thread } from "fibril/threading";

function* worker(num: number) {
  yield* sleep(10);
  console.log(`${currentThread().getName()}: the num is ${num}`);
}

for (let i = 0; i < 20; i++) {
  const thread = new Thread({ target: worker, args: [i], name: `t.${i}` });
  thread.start();
}
