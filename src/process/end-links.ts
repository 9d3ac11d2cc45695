import type { Ending } from "../net/ending.ts";
import { Links, type RawLink } from "../sync/links.ts";

/** The callbacks for a process's end. While there are some it keeps the program alive, a daemon too: somebody waits. */
export class EndLinks<S> {
  readonly #ending: Ending<void>;
  readonly #links: Links<S>;
  #callbacks: unknown[] = [];

  constructor(source: S, ending: Ending<void>) {
    this.#links = new Links(source);
    this.#ending = ending;
  }

  add(callback: RawLink<S>): void {
    this.#ending.join(this.#links.add(callback));
    this.#callbacks.push(callback);
    this.#ending.lift(1);
  }

  remove(callback: unknown): void {
    this.#links.remove(callback);
    const others = this.#callbacks.filter((each) => each !== callback);
    for (let left = this.#callbacks.length - others.length; left > 0; left--) this.#ending.lift(-1);
    this.#callbacks = others;
  }
}
