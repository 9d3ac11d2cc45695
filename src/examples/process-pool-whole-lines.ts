// S4-51: ten workers print at once, and no line is torn.
import { Pool } from "fibril/process";

const LINES = 8;

export function talk(_: number) {
  for (let i = 0; i < LINES; i++) console.log("a line of this length stays in one piece");
}

if (import.meta.main) {
  const pool = new Pool(10);
  await pool.map(talk, [1, 2, 3, 4, 5], { chunksize: 1 });
  pool.close();
  await pool.join();
}
