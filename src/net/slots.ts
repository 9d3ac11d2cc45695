import { show } from "../fiber/body.ts";
import type { Fiber } from "../fiber/fiber.ts";
import { spawn } from "../fiber/spawn.ts";
import type { Yieldable } from "../fiber/wait.ts";
import { Pool } from "../sync/pool.ts";

/** How many handlers of a server run at once. */
export interface SpawnLimit {
  /**
   * A pool in which handlers run, which may serve others as well, or the size of
   * one of its own. While it is full nobody is let in. Without: no limit.
   */
  readonly spawn?: Pool | number | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: handlers of all servers begin here, each with its arguments
type Handler = (...args: any[]) => unknown;

/** Owns the places for handlers: a pool's, or as many as come. */
export class Slots {
  readonly #pool: Pool | undefined;

  constructor(limit: Pool | number | undefined, server: string) {
    this.#pool = typeof limit === "number" ? new Pool(checkedSize(limit, server)) : limit;
    if (limit === undefined || this.#pool instanceof Pool) return;
    throw new TypeError(
      `Cannot make a ${server} that spawns into ${show(limit)}: pass a Pool, or how many handlers may run at once`,
    );
  }

  /** Waits until one more handler may run. */
  *room(): Generator<Yieldable<never>, void, never> {
    if (this.#pool !== undefined) yield* this.#pool.waitAvailable();
  }

  *begin(handler: Handler, ...args: unknown[]): Generator<Yieldable<never>, Fiber, never> {
    const pool = this.#pool;
    return pool === undefined ? spawn(handler, ...args) : yield* pool.spawn(handler, ...args);
  }
}

function checkedSize(size: number, server: string): number {
  if (Number.isInteger(size) && size > 0) return size;
  throw new RangeError(
    `Cannot make a ${server} of ${size} handlers at once: pass an integer > 0, or nothing for no limit`,
  );
}
