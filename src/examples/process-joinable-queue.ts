// S1-14: `join` waits until every item was reported as done; daemons end with the program.
import { JoinableQueue, Process } from "fibril/process";

export function* producer(name: string, queue: JoinableQueue<string>) {
  for (let i = 0; i < 3; i++) yield* queue.put(`${name} ${i}`);
  yield* queue.join();
}

export function* consumer(queue: JoinableQueue<string>) {
  for (;;) {
    yield* queue.get();
    queue.taskDone();
  }
}

if (import.meta.main) {
  const queue = new JoinableQueue<string>();
  for (const name of ["egon", "alex"]) {
    new Process({ name, target: consumer, args: [queue], daemon: true }).start();
  }
  const producers = ["bun", "bone", "swill"].map((name) => {
    return new Process({ target: producer, args: [name, queue] });
  });
  for (const process of producers) process.start();
  for (const process of producers) await process.join();
  console.log("everything is eaten:", queue.empty());
  try {
    queue.taskDone();
  } catch (error) {
    console.log(error instanceof Error && error.name);
  }
}
