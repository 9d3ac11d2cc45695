import { Full } from "./queue-errors.ts";

/**
 * Thrown by `pool.add` with `block: false` or a `timeout` when there is no room.
 *
 * gevent: `gevent.pool.PoolFull`, a `queue.Full` as well.
 *
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { Pool, PoolFull } from "fibril/pool";
 *
 * async function main() {
 *   const pool = new Pool(1);
 *   pool.applyAsync(() => sleep(5));
 *   const late = spawn(() => sleep(1));
 *   try {
 *     await pool.add(late, { block: false });
 *   } catch (error) {
 *     console.log(error instanceof PoolFull); // -> true
 *   }
 * }
 * void main();
 * ```
 */
export class PoolFull extends Full {
  override readonly name: string = "PoolFull";
}
