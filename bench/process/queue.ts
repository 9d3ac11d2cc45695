/**
 * Queue between two processes: how many small messages in a second, and how long one
 * takes there and back. Prints a JSON line for each; beside it
 * `python3 bench/process/reference.py queue`.
 */
import { spawn } from "fibril";
import { Process, Queue } from "fibril/process";
import { report } from "./report.ts";

const MESSAGES = 100_000;
const TRIPS = 10_000;

interface Small {
  readonly id: number;
  readonly name: string;
  readonly xs: readonly number[];
}

export function* produce(queue: Queue<Small>, count: number) {
  for (let id = 0; id < count; id++) yield* queue.put({ id, name: "abc", xs: [1, 2, 3] });
}

export function* echo(there: Queue<number>, back: Queue<number>, count: number) {
  for (let i = 0; i < count; i++) yield* back.put(yield* there.get());
}

async function throughput(): Promise<number> {
  const queue = new Queue<Small>();
  const child = new Process({ target: produce, args: [queue, MESSAGES] });
  child.start();
  // The first one says that the child is up.
  await queue.get();
  const began = performance.now();
  await spawn(function* () {
    for (let i = 1; i < MESSAGES; i++) yield* queue.get();
  });
  const seconds = (performance.now() - began) / 1000;
  await child.join();
  return (MESSAGES - 1) / seconds;
}

async function roundTrip(): Promise<number> {
  const [there, back] = [new Queue<number>(), new Queue<number>()];
  const child = new Process({ target: echo, args: [there, back, TRIPS] });
  child.start();
  await there.put(0);
  await back.get();
  const began = performance.now();
  await spawn(function* () {
    for (let i = 1; i < TRIPS; i++) {
      yield* there.put(i);
      yield* back.get();
    }
  });
  const micros = (performance.now() - began) * 1000;
  await child.join();
  return micros / (TRIPS - 1);
}

async function main() {
  await report("queue: small messages", "1/s", throughput);
  await report("queue: there and back", "us", roundTrip);
}

if (import.meta.main) void main();
