import type { Waitable } from "../fiber/iwait.ts";
import type { Ending } from "../net/ending.ts";
import type { RawLink } from "../sync/links.ts";
import { EndLinks } from "./end-links.ts";

/** What `wait` takes in place of a process: it stands for its end alone. */
export class Sentinel implements Waitable {
  readonly #links: EndLinks<Sentinel>;
  readonly #ending: Ending<void>;

  constructor(ending: Ending<void>) {
    this.#ending = ending;
    this.#links = new EndLinks<Sentinel>(this, ending);
  }

  /** Whether the process has ended. */
  get hasEnded(): boolean {
    return this.#ending.exitcode !== undefined;
  }

  rawLink(callback: RawLink<Sentinel>): void {
    this.#links.add(callback);
  }

  unlink(callback: unknown): void {
    this.#links.remove(callback);
  }
}
