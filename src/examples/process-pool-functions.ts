// S4-44: a pool runs any functions, each of them once.
import { sleep } from "fibril";
import { Pool } from "fibril/process";

export function* lee() {
  yield* sleep("10 millis");
  return "Run task Lee";
}

export function* marlon() {
  yield* sleep("40 millis");
  return "Run task Marlon";
}

export async function allen() {
  return await Promise.resolve("Run task Allen");
}

export function frank() {
  return "Run task Frank";
}

if (import.meta.main) {
  const pool = new Pool(4);
  const results = [
    pool.applyAsync(lee),
    pool.applyAsync(marlon),
    pool.applyAsync(allen),
    pool.applyAsync(frank),
  ];
  console.log("Waiting for all subprocesses done...");
  pool.close();
  await pool.join();
  for (const result of results) console.log(await result.get());
  console.log("All subprocesses done.");
}
