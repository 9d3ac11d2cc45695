import { show } from "../../fiber/body.ts";
import type { Thread } from "./thread.ts";
import { print, setOnUncaught } from "./uncaught.ts";

/** The error that ended a thread, as `excepthook` gets it. */
export interface ExceptHookArgs {
  readonly excType: unknown;
  readonly excValue: unknown;
  /** The stack, if it is an Error. */
  readonly excTraceback: string | undefined;
  readonly thread: Thread;
}

/** Called with the error that ended a thread. */
export type ExceptHook = (args: ExceptHookArgs) => void;

/**
 * What is called at first when an error ends a thread: prints it with the thread's
 * name on the standard error. The program goes on, with exit code 0 as in Python.
 *
 * threading: `threading.excepthook`, `threading.__excepthook__`.
 *
 * @example
 * ```ts
 * import { excepthook, setExcepthook, Thread } from "fibril/threading";
 *
 * setExcepthook((args) => {
 *   console.log(`${args.thread.name}: ${args.excValue}`); // -> worker: Error: broken
 *   if (args.excValue instanceof TypeError) excepthook(args);
 * });
 * const target = () => {
 *   throw new Error("broken");
 * };
 * new Thread({ name: "worker", target }).start();
 * ```
 */
export function excepthook({ excValue, thread }: ExceptHookArgs): void {
  print(excValue, thread);
}

let hook: ExceptHook = excepthook;

/**
 * Has `next` called with every error that ends a thread; `null` puts `excepthook`
 * back. Gives the function before it.
 *
 * threading: an assignment to `threading.excepthook`.
 *
 * @throws TypeError for what is neither a function nor null.
 * @example
 * ```ts
 * import { excepthook, setExcepthook } from "fibril/threading";
 *
 * console.log(setExcepthook(() => {}) === excepthook); // -> true
 * setExcepthook(null);
 * ```
 */
export function setExcepthook(next: ExceptHook | null): ExceptHook {
  if (next !== null && typeof next !== "function") {
    throw new TypeError(`Cannot call ${show(next)} with errors: pass a function, or null to print`);
  }
  const previous = hook;
  hook = next ?? excepthook;
  setOnUncaught(next && ((error, thread) => next(argsOf(error, thread as Thread))));
  return previous;
}

function argsOf(error: unknown, thread: Thread): ExceptHookArgs {
  const isError = error instanceof Error;
  return {
    excType: isError ? error.constructor : typeof error,
    excValue: error,
    excTraceback: isError ? error.stack : undefined,
    thread,
  };
}
