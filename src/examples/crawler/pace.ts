import { sleep } from "fibril";

/** Owns the times at which hosts may be asked again. */
export class Pace {
  readonly #next = new Map<string, number>();

  /** Parks until a request to the host of `url` may start, and keeps the next one `gap` ms away. */
  *wait(url: string, gap: number) {
    const { host } = new URL(url);
    const now = performance.now();
    const start = Math.max(now, this.#next.get(host) ?? 0);
    // Booked before parking: of several waiting fibers each has its own turn.
    this.#next.set(host, start + gap);
    if (start > now) yield* sleep(Math.ceil(start - now));
  }
}
