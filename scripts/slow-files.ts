/**
 * A vitest reporter that names test files which take long. A body that loops without a `yield*` stops
 * its whole process, time limits included, and vitest prints a file only when it has ended.
 */

import type { Reporter, TestModule } from "vitest/node";

/** The slowest honest file takes half of that. */
const LONG_MS = 60_000;

export default class SlowFiles implements Reporter {
  readonly #timers = new Map<string, NodeJS.Timeout>();

  onTestModuleStart(file: TestModule): void {
    const complain = (): void =>
      console.error(`Still running after ${LONG_MS / 1000} s: ${file.relativeModuleId}`);
    this.#timers.set(file.id, setTimeout(complain, LONG_MS).unref());
  }

  onTestModuleEnd(file: TestModule): void {
    clearTimeout(this.#timers.get(file.id));
    this.#timers.delete(file.id);
  }
}
