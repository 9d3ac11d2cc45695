import type { WaitOptions } from "../../../fiber/limits.ts";
import type { Wait } from "../../../fiber/wait.ts";
import type { AsyncResult } from "../../pool/async-result.ts";
import { Pool } from "../../pool/pool.ts";
import type { PoolOptions } from "../../pool/settings.ts";
import type { ImapOptions, MapOptions, TaskOptions } from "../../pool/task-options.ts";
import { IteratorObject } from "./iterator-object.ts";
import { type NamedFunction, standIn } from "./named-function.ts";

/** As a client sends them. */
export interface PoolObjectOptions extends Omit<PoolOptions, "initializer"> {
  readonly initializer?: NamedFunction | undefined;
}

type Args = unknown[];

/** What a Pool of a manager is in its server, whose children the workers are. */
export class PoolObject {
  readonly #pool: Pool;

  constructor({ initializer, ...options }: PoolObjectOptions = {}) {
    this.#pool = new Pool({ ...options, initializer: initializer && standIn(initializer) });
  }

  apply(fn: NamedFunction, args?: Args, options?: TaskOptions): Wait<unknown> {
    return this.#pool.apply(standIn(fn), args as Args, options) as Wait<unknown>;
  }

  applyAsync(fn: NamedFunction, args?: Args, options?: TaskOptions): AsyncResult {
    return this.#pool.applyAsync(standIn(fn), args as Args, options);
  }

  map(fn: NamedFunction, items: Args, options?: MapOptions): Wait<unknown[]> {
    return this.#pool.map(standIn(fn), items, options) as Wait<unknown[]>;
  }

  mapAsync(fn: NamedFunction, items: Args, options?: MapOptions): AsyncResult<unknown[]> {
    return this.#pool.mapAsync(standIn(fn), items, options);
  }

  starmap(fn: NamedFunction, argLists: Args[], options?: MapOptions): Wait<unknown[]> {
    return this.#pool.starmap(standIn(fn), argLists, options) as Wait<unknown[]>;
  }

  starmapAsync(fn: NamedFunction, argLists: Args[], options?: MapOptions): AsyncResult<unknown[]> {
    return this.#pool.starmapAsync(standIn(fn), argLists, options);
  }

  imap(fn: NamedFunction, items: Args, options?: ImapOptions): IteratorObject {
    return new IteratorObject(this.#pool.imap(standIn(fn), items, options));
  }

  imapUnordered(fn: NamedFunction, items: Args, options?: ImapOptions): IteratorObject {
    return new IteratorObject(this.#pool.imapUnordered(standIn(fn), items, options));
  }

  close(): void {
    this.#pool.close();
  }

  terminate(): void {
    this.#pool.terminate();
  }

  join(options?: WaitOptions): Wait<void> {
    return this.#pool.join(options);
  }
}
