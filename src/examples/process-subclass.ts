// S1-2, S1-8, S3-6, S4-35: a subclass of Process, whose `run` is what the child does.
import { Process } from "fibril/process";

export class Worker extends Process {
  readonly greeting: string;

  constructor(greeting: string) {
    super();
    this.greeting = greeting;
  }

  override run() {
    console.log(`${this.greeting} from ${this.name}`);
  }
}

if (import.meta.main) {
  const workers = ["hello", "salut", "hallo"].map((greeting) => new Worker(greeting));
  const pids = new Set<number | undefined>([process.pid]);
  for (const worker of workers) {
    worker.start();
    pids.add(worker.pid);
    await worker.join();
  }
  console.log("processes, with the main one:", pids.size);
}
