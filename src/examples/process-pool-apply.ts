// S1-15, S1-16, S1-18, S4-41: `apply` waits for each result, `applyAsync` for none.
import { sleep } from "fibril";
import { Pool } from "fibril/process";

export function* work(n: number) {
  yield* sleep("10 millis");
  return n ** 2;
}

if (import.meta.main) {
  await Pool.use({ processes: 3 }, async (pool) => {
    const squares: number[] = [];
    for (let n = 0; n < 3; n++) {
      console.log("msg", n);
      squares.push(await pool.apply(work, [n]));
      console.log("end", n);
    }
    console.log(squares.join(" "));
  });

  const pool = new Pool(3);
  const results = Array.from({ length: 5 }, (_, n) => pool.applyAsync(work, [n]));
  console.log("submitted", results.length);
  pool.close();
  await pool.join();
  console.log(
    "all ready:",
    results.every((result) => result.ready()),
  );
  for (const result of results) console.log(await result.get());
}
