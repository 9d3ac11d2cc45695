// S4-56: ten processes put into a queue that has room for three, and ten get from it.
import { Lock, Process, Queue, SimpleQueue } from "fibril/process";

export function* input(queue: Queue<string>, number: number) {
  yield* queue.put(`${number}(put)`);
}

export function* output(queue: Queue<string>, lock: Lock, got: SimpleQueue<string>) {
  const message = yield* queue.get();
  yield* lock.use(() => got.put(message));
}

if (import.meta.main) {
  const queue = new Queue<string>(3);
  const lock = new Lock();
  const got = new SimpleQueue<string>();
  const children = Array.from({ length: 10 }, (_, number) => [
    new Process({ target: input, args: [queue, number] }),
    new Process({ target: output, args: [queue, lock, got] }),
  ]).flat();
  for (const child of children) child.start();
  for (const child of children) await child.join();
  queue.close();

  const messages: string[] = [];
  while (!got.empty()) messages.push(await got.get());
  console.log(messages.sort().join(" "));
}
