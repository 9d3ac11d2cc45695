// S1-13: producers and consumers; a `null` for each consumer says that nothing more comes.
import { Process, Queue } from "fibril/process";

export function* producer(name: string, queue: Queue<string | null>) {
  for (let i = 0; i < 3; i++) yield* queue.put(`${name} ${i}`);
}

export function* consumer(queue: Queue<string | null>, eaten: Queue<string>) {
  for (;;) {
    const item = yield* queue.get();
    if (item === null) return;
    yield* eaten.put(item);
  }
}

if (import.meta.main) {
  const queue = new Queue<string | null>(2);
  const eaten = new Queue<string>();
  const producers = ["bun", "bone", "swill"].map((name) => {
    return new Process({ target: producer, args: [name, queue] });
  });
  const consumers = ["egon", "alex"].map((name) => {
    return new Process({ name, target: consumer, args: [queue, eaten] });
  });
  for (const process of [...producers, ...consumers]) process.start();
  for (const process of producers) await process.join();
  for (const _ of consumers) await queue.put(null);
  for (const process of consumers) await process.join();

  const items: string[] = [];
  while (!eaten.empty()) items.push(await eaten.get());
  console.log(items.sort().join(", "));
  console.log("exit codes:", consumers.map(({ exitcode }) => exitcode).join(", "));
}
