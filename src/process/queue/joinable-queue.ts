import { Queue } from "./queue.ts";
import { shareQueues } from "./share-queue.ts";

/**
 * A Queue by the name that it has where it alone can be joined, in Python.
 *
 * multiprocessing: `multiprocessing.JoinableQueue`.
 *
 * @example
 * ```ts
 * import { JoinableQueue, Process } from "fibril/process";
 *
 * export async function eat(dishes: JoinableQueue<string>) {
 *   for (;;) {
 *     await dishes.get();
 *     dishes.taskDone();
 *   }
 * }
 *
 * async function main() {
 *   const dishes = new JoinableQueue<string>();
 *   new Process({ target: eat, args: [dishes], daemon: true }).start();
 *   for (const dish of ["soup", "fish", "cheese"]) await dishes.put(dish);
 *   await dishes.join();
 *   console.log("nothing is left:", dishes.empty()); // -> nothing is left: true
 * }
 *
 * if (import.meta.main) void main();
 * ```
 */
export class JoinableQueue<T> extends Queue<T> {}

shareQueues(JoinableQueue, "JoinableQueue", import.meta.url);
