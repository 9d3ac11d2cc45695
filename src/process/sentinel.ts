import type { Waitable } from "../fiber/iwait.ts";
import type { RawLink } from "../sync/links.ts";
import { EndLinks } from "./end-links.ts";
import type { Ending } from "./ending.ts";

/** What `wait` takes in place of a process: it stands for its end alone. */
export class Sentinel implements Waitable {
  readonly #links: EndLinks<Sentinel>;

  constructor(ending: Ending) {
    this.#links = new EndLinks<Sentinel>(this, ending);
  }

  rawLink(callback: RawLink<Sentinel>): void {
    this.#links.add(callback);
  }

  unlink(callback: unknown): void {
    this.#links.remove(callback);
  }
}
