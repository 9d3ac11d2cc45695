/** Queue between two processes: how many small messages a second, and how long one takes there and back. */

import { spawn } from "fibril";
import { Process, Queue } from "fibril/process";
import { measure, nanosEach, perSecond } from "./measure.ts";

interface Small {
  readonly id: number;
  readonly name: string;
  readonly xs: readonly number[];
}

export function* produce(queue: Queue<Small>, count: number) {
  for (let id = 0; id <= count; id++) yield* queue.put({ id, name: "abc", xs: [1, 2, 3] });
}

export function* echo(there: Queue<number>, back: Queue<number>, count: number) {
  for (let i = 0; i <= count; i++) yield* back.put(yield* there.get());
}

async function rate(count: number): Promise<number> {
  const queue = new Queue<Small>();
  const child = new Process({ target: produce, args: [queue, count] });
  child.start();
  // The first one says that the child is up.
  await queue.get();
  const began = performance.now();
  await spawn(function* () {
    for (let i = 0; i < count; i++) yield* queue.get();
  });
  const found = perSecond(count, began);
  await child.join();
  return found;
}

async function roundTrip(count: number): Promise<number> {
  const [there, back] = [new Queue<number>(), new Queue<number>()];
  const child = new Process({ target: echo, args: [there, back, count] });
  child.start();
  await there.put(0);
  await back.get();
  const began = performance.now();
  await spawn(function* () {
    for (let i = 0; i < count; i++) {
      yield* there.put(i);
      yield* back.get();
    }
  });
  const nanos = nanosEach(count, began);
  await child.join();
  return nanos;
}

if (import.meta.main) void measure({ "queue/rate": rate, "queue/trip": roundTrip });
