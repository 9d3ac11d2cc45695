import * as Latch from "effect/Latch";
import type { Address } from "./address.ts";
import type { Page } from "./page.ts";
import { type Outcome, pageOf, type Target, target, unfetched } from "./target.ts";

/** Hears of every page as soon as it is done, and of how many there will be as far as is known. */
export type Tell = (page: Page, expected: number) => void;

interface Limits {
  readonly depth: number;
  readonly maxPages: number;
}

/** Owns all addresses of a crawl, and hands out each once, to one of its workers. */
export class Frontier {
  readonly #limits: Limits;
  readonly #tell: Tell;
  readonly #known = new Map<string, Target>();
  /** All targets to fetch, in order of discovery; those before `#next` were handed out. */
  readonly #queue: Target[] = [];
  #next = 0;
  #atWork = 0;
  #fetched = 0;
  /** Opened by every change: it wakes all idle workers, and each looks for itself. */
  readonly #change = Latch.makeUnsafe();

  constructor(limits: Limits, tell: Tell) {
    this.#limits = limits;
    this.#tell = tell;
  }

  /** The next target to fetch; parks while a worker may still find one; undefined at the end. */
  *take() {
    for (;;) {
      const next = this.#mayFetch() ? this.#queue[this.#next] : undefined;
      if (next !== undefined) {
        this.#next++;
        this.#atWork++;
        return next;
      }
      if (this.#atWork === 0) return undefined;
      this.#change.closeUnsafe();
      yield* this.#change.await;
    }
  }

  /** The end of a `take`: the target was fetched, well or badly. */
  finish(target: Target, outcome: Outcome): void {
    this.#fetched++;
    this.decline(target, outcome);
  }

  /** The end of a `take` whose target was not fetched after all, and does not count. */
  decline(target: Target, outcome: Outcome): void {
    this.#atWork--;
    this.#change.openUnsafe();
    this.#settle(target, outcome);
  }

  /** An address where the crawl starts. */
  start(address: Address): void {
    this.#reach(this.#targetOf(address), 0, null);
  }

  /** A way from a page to an address, which is queued if it is new and near enough. */
  lead(from: Target, address: Address, steps: 0 | 1): void {
    const to = this.#targetOf(address);
    from.ways.push({ to, steps });
    this.#reach(to, from.depth + steps, from.url);
  }

  /** What is done so far, in order of discovery. */
  get pages(): Page[] {
    return [...this.#known.values()].flatMap((target) => pageOf(target) ?? []);
  }

  #mayFetch(): boolean {
    return this.#fetched + this.#atWork < this.#limits.maxPages;
  }

  #targetOf(address: Address): Target {
    const known = this.#known.get(address.url);
    if (known !== undefined) return known;
    const fresh = target(address);
    this.#known.set(address.url, fresh);
    return fresh;
  }

  /**
   * Sets the depth of a target and, where that made it less, of all that it leads to. Without this
   * a page found first by a detour would keep the detour's depth, and --depth would cut off pages
   * by chance. A list and not a recursion, as a chain of pages may be longer than the stack.
   */
  #reach(first: Target, depth: number, from: string | null): void {
    const reached = [{ target: first, depth, from }];
    for (const { target, depth, from } of reached) {
      if (depth >= target.depth) continue;
      target.depth = depth;
      target.from = from;
      this.#admit(target);
      for (const { to, steps } of target.ways) {
        reached.push({ target: to, depth: depth + steps, from: target.url });
      }
    }
  }

  #admit(target: Target): void {
    if (target.near || target.depth > this.#limits.depth) return;
    target.near = true;
    if (target.error !== undefined) return this.#settle(target, unfetched(target.error));
    this.#queue.push(target);
    this.#change.openUnsafe();
  }

  #settle(target: Target, outcome: Outcome): void {
    target.outcome = outcome;
    const page = pageOf(target);
    if (page !== undefined) this.#tell(page, Math.min(this.#queue.length, this.#limits.maxPages));
  }
}
