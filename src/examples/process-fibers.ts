// S4-22, S4-53: processes and fibers: N processes with M fibers each share out N times M tasks.
import { joinAll, sleep, spawn } from "fibril";
import { currentProcess, Lock, Process, SimpleQueue } from "fibril/process";

const FIBERS = 4;

export function* worker(first: number, lock: Lock, done: SimpleQueue<[string, number]>) {
  const fibers = Array.from({ length: FIBERS }, (_, i) =>
    spawn(function* () {
      yield* sleep("10 millis");
      yield* lock.use(() => done.put([currentProcess().name, first + i]));
    }),
  );
  yield* joinAll(fibers);
}

if (import.meta.main) {
  const lock = new Lock();
  const done = new SimpleQueue<[string, number]>();
  const children = [0, 4, 8].map((first) => {
    return new Process({ target: worker, args: [first, lock, done] });
  });
  for (const child of children) child.start();
  for (const child of children) await child.join();

  const tasksOf = new Map<string, number[]>();
  while (!done.empty()) {
    const [name, task] = await done.get();
    tasksOf.set(
      name,
      [...(tasksOf.get(name) ?? []), task].sort((a, b) => a - b),
    );
  }
  for (const name of [...tasksOf.keys()].sort()) {
    console.log(name, "did", tasksOf.get(name)?.join(" "));
  }
}
