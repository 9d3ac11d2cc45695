// S4-37: consumers that run tasks until they get a poison pill.
import { sleep } from "fibril";
import { cpuCount, JoinableQueue, Process, Queue, register } from "fibril/process";

export class Task {
  readonly a: number;
  readonly b: number;

  constructor(a: number, b: number) {
    this.a = a;
    this.b = b;
  }

  *run() {
    yield* sleep("10 millis");
    return `${this.a} * ${this.b} = ${this.a * this.b}`;
  }
}

register("Task", Task, {
  pack: ({ a, b }) => [a, b] as const,
  unpack: ([a, b]) => new Task(a, b),
});

export class Consumer extends Process {
  readonly tasks: JoinableQueue<Task | null>;
  readonly results: Queue<string>;

  constructor(tasks: JoinableQueue<Task | null>, results: Queue<string>) {
    super();
    this.tasks = tasks;
    this.results = results;
  }

  override *run() {
    for (let task = yield* this.tasks.get(); task !== null; task = yield* this.tasks.get()) {
      yield* this.results.put(yield* task.run());
      this.tasks.taskDone();
    }
    this.tasks.taskDone();
  }
}

if (import.meta.main) {
  const tasks = new JoinableQueue<Task | null>();
  const results = new Queue<string>();
  const count = Math.min(8, cpuCount() * 2);
  const consumers = Array.from({ length: count }, () => new Consumer(tasks, results));
  for (const consumer of consumers) consumer.start();
  for (let i = 0; i < 10; i++) await tasks.put(new Task(i, i));
  for (const _ of consumers) await tasks.put(null);
  await tasks.join();
  for (const consumer of consumers) await consumer.join();
  const lines = await Array.fromAsync({ length: 10 }, () => results.get());
  console.log(lines.sort().join("\n"));
  console.log("exit codes:", new Set(consumers.map(({ exitcode }) => exitcode)));
}
