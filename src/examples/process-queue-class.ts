// S4-36: objects of a class cross to another process once the class is registered.
import { Process, Queue, register } from "fibril/process";

export class MyFancyClass {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  doSomething() {
    console.log(`Doing something fancy in another process for ${this.name}!`);
  }
}

register("MyFancyClass", MyFancyClass, {
  pack: ({ name }) => name,
  unpack: (name: string) => new MyFancyClass(name),
});

export function* worker(queue: Queue<MyFancyClass>) {
  const object = yield* queue.get();
  object.doSomething();
}

if (import.meta.main) {
  const queue = new Queue<MyFancyClass>();
  const child = new Process({ target: worker, args: [queue] });
  child.start();
  await queue.put(new MyFancyClass("Fancy Dan"));
  queue.close();
  await queue.joinThread();
  await child.join();
}
