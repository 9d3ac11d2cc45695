// S4-11: the queue API: Queue, LifoQueue and PriorityQueue, with Full, Empty, taskDone and join.
import { joinAll, spawn } from "fibril";
import { Empty, Full, LifoQueue, PriorityQueue, Queue } from "fibril/queue";

function* tour(kind: string, queue: Queue<number>) {
  console.log(`${kind}: empty ${queue.empty()}, full ${queue.full()}, qsize ${queue.qsize()}`);
  for (const n of [2, 3, 1]) yield* queue.put(n);
  console.log(`${kind}: empty ${queue.empty()}, full ${queue.full()}, qsize ${queue.qsize()}`);
  try {
    queue.putNowait(4);
  } catch (error) {
    if (!(error instanceof Full)) throw error;
    console.log(`${kind}: ${error.message}`);
  }
  const got = [yield* queue.get(), yield* queue.get({ timeout: "1 second" }), queue.getNowait()];
  console.log(`${kind}: got ${got.join(", ")}`);
  try {
    yield* queue.get({ timeout: 10 });
  } catch (error) {
    if (!(error instanceof Empty)) throw error;
    console.log(`${kind}: ${error.message}`);
  }
}

function* worker(queue: Queue<number>) {
  for (const count of [1, 2, 3]) {
    yield* queue.get();
    console.log(`task ${count} done`);
    queue.taskDone();
  }
}

function* joined() {
  const queue = new Queue<number>();
  for (const n of [1, 2, 3]) yield* queue.put(n);
  const working = spawn(worker, queue);
  yield* queue.join();
  console.log("all tasks done");
  yield* working;
}

function* main() {
  yield* tour("Queue", new Queue<number>(3));
  yield* tour("LifoQueue", new LifoQueue<number>(3));
  yield* tour("PriorityQueue", new PriorityQueue<number>(3));
  yield* joined();
}

await joinAll([spawn(main)]);
