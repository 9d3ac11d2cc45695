import { GreenletExit } from "../../fiber/greenlet-exit.ts";

/**
 * Ends the thread that throws it, and nobody is told. It is a GreenletExit, so
 * `isControl` lets it pass a general `catch`.
 *
 * Python: `SystemExit`.
 *
 * @example
 * ```ts
 * import { SystemExit, Thread } from "fibril/threading";
 *
 * new Thread({
 *   target: () => {
 *     console.log("leaving"); // -> leaving
 *     throw new SystemExit();
 *   },
 * }).start();
 * ```
 */
export class SystemExit extends GreenletExit {
  override readonly name: string = "SystemExit";

  constructor(message = "The thread exits") {
    super(message);
  }
}

/**
 * Ends the running thread, by a SystemExit: its `finally` blocks run.
 *
 * Python: `_thread.exit()`, `thread.exit()`.
 *
 * @throws SystemExit always.
 * @example
 * ```ts
 * import { exit, Thread } from "fibril/threading";
 *
 * function* work() {
 *   try {
 *     exit();
 *   } finally {
 *     console.log("cleaned up"); // -> cleaned up
 *   }
 * }
 * new Thread({ target: work }).start();
 * ```
 */
export function exit(): never {
  throw new SystemExit();
}
