import type { Positional } from "../positional.ts";
import { Thread } from "./thread.ts";

/**
 * Starts a thread that calls `target` with `args`, and gives its `ident`. Python's
 * end with the main program; for these it waits.
 *
 * Python: `_thread.start_new_thread(function, args)`, `thread.start_new_thread`.
 *
 * @throws TypeError for what is no function, or no array.
 * @example
 * ```ts
 * import { startNewThread } from "fibril/threading";
 *
 * startNewThread((name: string) => console.log(`Hello ${name}`), ["Bob"]); // -> Hello Bob
 * ```
 */
export function startNewThread<Args extends unknown[]>(
  target: (...args: Args) => unknown,
  args: Positional<NoInfer<Args>>,
  kwargs?: object,
): number {
  const thread = new Thread({ target, args, kwargs });
  thread.start();
  return thread.ident as number;
}
