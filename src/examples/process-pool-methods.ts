// S4-48: everything that a pool can be asked for.
import { Pool } from "fibril/process";

export function add(a: number, b: number) {
  return a + b;
}

export function half(n: number) {
  if (n % 2 === 1) throw new RangeError(`${n} is odd`);
  return n / 2;
}

if (import.meta.main) {
  const pool = new Pool(2);
  console.log("apply", await pool.apply(add, [1, 2]));
  console.log("applyAsync", await pool.applyAsync(add, [3, 4]).get());
  console.log("map", await pool.map(half, [2, 4, 6]));
  console.log("mapAsync", await pool.mapAsync(half, [8, 10]).get());
  console.log(
    "starmap",
    await pool.starmap(add, [
      [1, 1],
      [2, 2],
    ]),
  );
  console.log(
    "starmapAsync",
    await pool
      .starmapAsync(add, [
        [3, 3],
        [4, 4],
      ])
      .get(),
  );
  for await (const value of pool.imap(half, [12, 14])) console.log("imap", value);
  const unordered: number[] = [];
  for await (const value of pool.imapUnordered(half, [16, 18])) unordered.push(value);
  console.log("imapUnordered", unordered.sort());
  await pool
    .applyAsync(half, [3], { errorCallback: (error) => console.log("error:", String(error)) })
    .wait();
  try {
    await pool.map(half, [2, 3, 4]);
  } catch (error) {
    console.log("map throws", String(error));
  }
  pool.terminate();
  await pool.join();
  console.log("terminated");
}
