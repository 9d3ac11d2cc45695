import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import type { Wait } from "../fiber/wait.ts";
import { Ending } from "../net/ending.ts";
import { context } from "./context.ts";

/**
 * The process that started this one.
 *
 * @example
 * ```ts
 * import { parentProcess, Process } from "fibril/process";
 *
 * export function look() {
 *   console.log(parentProcess()?.name, parentProcess()?.isAlive());
 * }
 *
 * if (import.meta.main) {
 *   const child = new Process({ target: look });
 *   child.start(); // -> MainProcess true
 *   await child.join();
 * }
 * ```
 */
export class ParentProcess {
  readonly name: string;
  readonly pid: number;
  readonly #ending: Ending<void>;

  constructor(name: string, pid: number) {
    this.name = name;
    this.pid = pid;
    this.#ending = new Ending(
      () => `join(${name})`,
      () => {},
    );
    // Ahead of the listener that ends this process, so that a `finally` may still see it.
    process.prependListener("disconnect", () => this.#ending.settle(0));
  }

  isAlive(): boolean {
    return process.connected;
  }

  /** Waits for its end, at most for `timeout`. This process ends with its parent, and so does the wait. */
  join(options?: WaitOptions): Wait<void> {
    checkOptions(options, "join the parent process");
    const ending = this.#ending as Wait<void>;
    return isLimited(options) ? limited(ending, options, { value: undefined }) : ending;
  }
}

let parent: ParentProcess | undefined;

/**
 * The process that started this one; `undefined` in the main process.
 *
 * multiprocessing: `multiprocessing.parent_process`.
 *
 * @example
 * ```ts
 * import { parentProcess, Process } from "fibril/process";
 *
 * export function sayParent() {
 *   console.log("my parent is", parentProcess()?.name);
 * }
 *
 * if (import.meta.main) {
 *   console.log(parentProcess()); // -> undefined
 *   const child = new Process({ target: sayParent });
 *   child.start(); // -> my parent is MainProcess
 *   await child.join();
 * }
 * ```
 */
export function parentProcess(): ParentProcess | undefined {
  const { info } = context();
  if (info !== undefined) parent ??= new ParentProcess(info.parent.name, info.parent.pid);
  return parent;
}
