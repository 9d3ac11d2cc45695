import { getCurrent } from "./functions.ts";

/**
 * Sets the running tasklet's `atomic`, until it is disposed of. Nothing hangs on
 * it: a tasklet is never interrupted but at its own `yield*`, atomic or not.
 *
 * Stackless: `stackless.atomic()`.
 *
 * @example
 * ```ts
 * import { atomic, getCurrent } from "fibril/stackless";
 *
 * const section = atomic();
 * console.log(getCurrent().atomic); // -> true
 * section[Symbol.dispose]();
 * console.log(getCurrent().atomic); // -> false
 * ```
 */
export function atomic(): Disposable {
  const tasklet = getCurrent();
  const before = tasklet.setAtomic(true);
  return { [Symbol.dispose]: () => void tasklet.setAtomic(before) };
}
