// S4-11: JoinableQueue: three producers, two consumers, and a poison pill for each consumer.
import { joinAll, sleep, spawn } from "fibril";
import { JoinableQueue } from "fibril/queue";

type Food = string | null;

function* producer(food: string, queue: JoinableQueue<Food>) {
  for (let n = 1; n <= 3; n++) {
    yield* sleep(0);
    yield* queue.put(`${food} ${n}`);
    console.log(`made ${food} ${n}`);
  }
  // Not before every item was eaten.
  yield* queue.join();
}

function* consumer(name: string, queue: JoinableQueue<Food>) {
  for (let eaten = 0; ; eaten++) {
    const item = yield* queue.get();
    if (item === null) return `${name} ate ${eaten}`;
    yield* sleep(0);
    console.log(`${name} eats ${item}`);
    queue.taskDone();
  }
}

function* main() {
  const queue = new JoinableQueue<Food>(4);
  const consumers = ["Ann", "Bob"].map((name) => spawn(consumer, name, queue));
  yield* joinAll(["bun", "bone", "apple"].map((food) => spawn(producer, food, queue)));
  console.log(`unfinished: ${queue.unfinishedTasks}`);
  for (const _ of consumers) yield* queue.put(null);
  for (const line of yield* joinAll(consumers)) console.log(line);
}

await spawn(main);
