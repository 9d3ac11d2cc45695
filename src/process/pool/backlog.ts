import { Ring } from "../../internal/ring.ts";
import type { Task, Work } from "./task.ts";

/** Most pools have few things to do that are not begun; the ring grows. */
const INITIAL_WORK = 16;

/** Owns what no worker was given yet, in the order in which it came. */
export class Backlog {
  #works: Ring<Work> = new Ring(INITIAL_WORK);

  get isEmpty(): boolean {
    return this.#works.isEmpty();
  }

  get size(): number {
    return this.#works.size;
  }

  push(work: Work): void {
    this.#works.push(work);
  }

  /** Puts tasks back that a worker did not begin: they are the next again. */
  putBack(tasks: readonly Task[]): void {
    for (const task of tasks.toReversed()) this.#works.unshift(task);
  }

  next(): Task | undefined {
    for (let work = this.#works.shift(); work !== undefined; work = this.#works.shift()) {
      const task = work.cut();
      if (!work.isDry) this.#works.unshift(work);
      if (task !== undefined) return task;
    }
    return undefined;
  }

  /** Empties it. */
  takeAll(): Work[] {
    const all = [...this.#works];
    this.#works = new Ring(INITIAL_WORK);
    return all;
  }
}
