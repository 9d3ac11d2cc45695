// S4-40, S4-42: four workers, ten tasks; the results come in the order of the tasks.
import { sleep } from "fibril";
import { Pool } from "fibril/process";

export function* hello(message: string) {
  const lines: string[] = [];
  for (let i = 0; i < 3; i++) {
    lines.push(message);
    yield* sleep("5 millis");
  }
  return `done ${lines.join(", ")}`;
}

if (import.meta.main) {
  const pool = new Pool(4);
  const results = Array.from({ length: 10 }, (_, i) => pool.applyAsync(hello, [`hello ${i}`]));
  pool.close();
  await pool.join();
  for (const result of results) console.log(await result.get());
  console.log("Sub-processes done.");
}
