import { getCurrent } from "../../fiber/current.ts";
import { liveThreads, type Thread, threadOf } from "./thread.ts";

let main: Thread | undefined;

/**
 * The thread that runs here: in a fiber that was not started as one, a thread
 * that stands for it; at the top level the main thread.
 *
 * threading: `threading.current_thread()`.
 *
 * @example
 * ```ts
 * import { currentThread, Thread } from "fibril/threading";
 *
 * const target = () => console.log(currentThread().name); // -> worker
 * new Thread({ target, name: "worker" }).start();
 * console.log(currentThread().name); // -> MainThread
 * ```
 */
export function currentThread(): Thread {
  const fiber = getCurrent();
  return fiber === undefined ? mainThread() : threadOf(fiber);
}

/**
 * The thread of the top level. It can't be joined, and is always alive.
 *
 * threading: `threading.main_thread()`.
 *
 * @example
 * ```ts
 * import { currentThread, mainThread } from "fibril/threading";
 *
 * console.log(mainThread() === currentThread()); // -> true
 * ```
 */
export function mainThread(): Thread {
  main ??= threadOf(undefined);
  return main;
}

/**
 * The threads that are alive: the main one, then the others in the order in which
 * they were started.
 *
 * threading: `threading.enumerate()`.
 *
 * @example
 * ```ts
 * import { enumerate, Thread } from "fibril/threading";
 *
 * new Thread({ name: "worker" }).start();
 * console.log(enumerate().map((thread) => thread.name).join()); // -> MainThread,worker
 * ```
 */
export function enumerate(): Thread[] {
  return [mainThread(), ...liveThreads];
}

/**
 * How many threads are alive.
 *
 * threading: `threading.active_count()`.
 *
 * @example
 * ```ts
 * import { activeCount } from "fibril/threading";
 *
 * console.log(activeCount()); // -> 1
 * ```
 */
export function activeCount(): number {
  return liveThreads.size + 1;
}

/**
 * The `ident` of the thread that runs here.
 *
 * threading: `threading.get_ident()`.
 *
 * @example
 * ```ts
 * import { getIdent, mainThread } from "fibril/threading";
 *
 * console.log(getIdent() === mainThread().ident); // -> true
 * ```
 */
export function getIdent(): number {
  return currentThread().ident as number;
}
