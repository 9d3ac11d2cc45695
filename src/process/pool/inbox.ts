import { isLoaded } from "../codec/classes.ts";
import type { Answer, Packet } from "./wire.ts";

/** Owns what a worker has sent and nobody has read: it is read in order, and not before its modules are loaded. */
export class Inbox {
  readonly #take: (answer: Answer, bytes: readonly Uint8Array[]) => void;
  readonly #onLoaded: () => void;
  readonly #unread: { readonly answers: Answer[]; readonly bytes: readonly Uint8Array[] }[] = [];
  #isLoading = false;

  /**
   * @param take reads one answer.
   * @param onLoaded is called where `read` can go on that stopped for modules.
   */
  constructor(take: (answer: Answer, bytes: readonly Uint8Array[]) => void, onLoaded: () => void) {
    this.#take = take;
    this.#onLoaded = onLoaded;
  }

  push({ text, bytes }: Packet): void {
    this.#unread.push({ answers: JSON.parse(text), bytes });
  }

  /** Reads all that has come; false if it has to wait for modules. */
  read(): boolean {
    if (this.#isLoading) return false;
    for (let next = this.#unread[0]; next !== undefined; next = this.#unread[0]) {
      for (let answer = next.answers.shift(); answer !== undefined; answer = next.answers.shift()) {
        this.#take(answer, next.bytes);
        if (this.#isLoading) return false;
      }
      this.#unread.shift();
    }
    return true;
  }

  /** What is behind this needs these modules. */
  load(modules: readonly string[]): void {
    const missing = modules.filter((module) => !isLoaded(module));
    if (missing.length === 0) return;
    this.#isLoading = true;
    // What can't be read without them says so.
    void Promise.allSettled(missing.map((module) => import(module))).then(() => {
      this.#isLoading = false;
      this.#onLoaded();
    });
  }
}
