import { show } from "../../fiber/body.ts";
import { OpenedQueue } from "./opened-queue.ts";
import { shareQueues } from "./share-queue.ts";
import { Store } from "./store.ts";

/**
 * First in, first out, between fibers of any processes: pass it as an argument, or
 * send it over another queue or a pipe. Items go as copies: whatever can be sent.
 * What one process puts comes out in that order, each item once.
 *
 * Items lie in memory that the processes share, as soon as they are put, or with the
 * main process where they share none: the process that has put them may end, and
 * nobody has to get them before it can be joined. A process that is killed blocks
 * nobody, and takes at most the item along that it just had in hand. A kill or a
 * timeout at a wait loses no item. `put` into a queue without a `maxsize` never waits:
 * as much memory is taken as it needs.
 *
 * Every `put` is a task: `taskDone` reports one as done, and `join` waits until all
 * are. Iterate over it with `for await`, in a fiber with `forEach` or `next`: that
 * ends when it was shut down and is empty.
 *
 * multiprocessing: `multiprocessing.Queue`.
 *
 * @example
 * ```ts
 * import { Process, Queue } from "fibril/process";
 *
 * export async function double(numbers: Queue<number>, results: Queue<number>) {
 *   for await (const number of numbers) await results.put(2 * number);
 * }
 *
 * async function main() {
 *   const numbers = new Queue<number>();
 *   const results = new Queue<number>();
 *   const child = new Process({ target: double, args: [numbers, results] });
 *   child.start();
 *   for (const number of [1, 2, 3]) await numbers.put(number);
 *   numbers.shutdown();
 *   await child.join();
 *   console.log(results.qsize()); // -> 3
 *   console.log(await results.get()); // -> 2
 * }
 *
 * if (import.meta.main) void main();
 * ```
 */
export class Queue<T> extends OpenedQueue<T> {
  /**
   * @param maxsize how many items it takes; 0 and less: as many as come.
   * @throws TypeError or RangeError for a maxsize that is no integer; Infinity is one.
   * @throws SharedMemoryUnavailable, SharedMemoryFull
   */
  constructor(maxsize = 0) {
    super(Store.create(checkMaxsize(maxsize)));
  }
}

shareQueues(Queue, "Queue", import.meta.url);

/** 0 for as many as come. */
function checkMaxsize(maxsize: unknown): number {
  if (typeof maxsize !== "number") {
    throw new TypeError(`Cannot give a queue the maxsize ${show(maxsize)}: pass a number`);
  }
  if (Math.abs(maxsize) === Number.POSITIVE_INFINITY) return 0;
  if (Number.isInteger(maxsize)) return Math.max(0, maxsize);
  throw new RangeError(
    `Cannot give a queue the maxsize ${maxsize}: pass an integer, 0 for as many as come`,
  );
}
