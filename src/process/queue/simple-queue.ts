import { Queue } from "./queue.ts";
import { shareQueues } from "./share-queue.ts";

/**
 * A Queue that takes as many items as come.
 *
 * multiprocessing: `multiprocessing.SimpleQueue`.
 *
 * @example
 * ```ts
 * import { Process, SimpleQueue } from "fibril/process";
 *
 * export async function greet(letters: SimpleQueue<string>) {
 *   await letters.put("hello");
 * }
 *
 * async function main() {
 *   const letters = new SimpleQueue<string>();
 *   const child = new Process({ target: greet, args: [letters] });
 *   child.start();
 *   console.log(await letters.get()); // -> hello
 *   await child.join();
 * }
 *
 * if (import.meta.main) void main();
 * ```
 */
export class SimpleQueue<T> extends Queue<T> {
  /** @throws SharedMemoryUnavailable, SharedMemoryFull */
  constructor() {
    super(0);
  }
}

shareQueues(SimpleQueue, "SimpleQueue", import.meta.url);
