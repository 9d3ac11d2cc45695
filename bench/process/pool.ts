/** `node -C fibril-source bench/process/pool.ts`: tasks a second by a pool of two processes, as a JSON line. */
import { Pool } from "fibril/process";
import { inc, items, medianRate, ms1 } from "./pool-work.ts";

async function main(): Promise<void> {
  const began = performance.now();
  const pool = new Pool(2);
  await pool.map(inc, [1, 2], { chunksize: 1 });
  const startMillis = Math.round(performance.now() - began);
  await pool.map(inc, items(1000), { chunksize: 1 });
  const few = items(10_000);
  const many = items(200_000);
  const long = items(400);
  const iterate = async () => {
    for await (const _ of pool.imapUnordered(inc, few));
  };
  const figures = {
    peer: "fibril",
    startMillis,
    inc: await medianRate(few.length, () => pool.map(inc, few, { chunksize: 1 })),
    incApply: await medianRate(few.length, () =>
      Promise.all(few.map((n) => pool.applyAsync(inc, [n]).get())),
    ),
    incChunks: await medianRate(many.length, () => pool.map(inc, many)),
    incImap: await medianRate(few.length, iterate),
    ms1: await medianRate(long.length, () => pool.map(ms1, long, { chunksize: 1 })),
  };
  console.log(JSON.stringify(figures));
  pool.close();
  await pool.join();
}

if (import.meta.main) void main();
