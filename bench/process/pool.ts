/** Tasks by a Pool of two processes. */

import { Pool } from "fibril/process";
import { measure, perSecond } from "./measure.ts";
import { inc, items, ms1, ofIdeal, PROCESSES } from "./pool-work.ts";

async function main(): Promise<void> {
  const pool = new Pool(PROCESSES);
  await measure({
    "pool/one": async (count) => {
      const began = performance.now();
      await pool.map(inc, items(count), { chunksize: 1 });
      return perSecond(count, began);
    },
    "pool/chunks": async (count) => {
      const numbers = items(count);
      const began = performance.now();
      await pool.map(inc, numbers);
      return perSecond(count, began);
    },
    "pool/ms": async (count) => {
      const began = performance.now();
      await pool.map(ms1, items(count), { chunksize: 1 });
      return ofIdeal(count, began);
    },
  });
  pool.close();
  await pool.join();
}

if (import.meta.main) void main();
