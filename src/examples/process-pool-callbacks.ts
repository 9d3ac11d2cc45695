// S0-6, S0-7, S2-6, S4-49: a pool's results come to callbacks in the process that owns it.
import { sleep } from "fibril";
import { Pool } from "fibril/process";

export function* foo(i: number) {
  yield* sleep("20 millis");
  return { value: i + 100, pid: process.pid };
}

if (import.meta.main) {
  const pool = new Pool({ processes: 3 });
  const [values, pids, callers] = [[] as number[], new Set<number>(), new Set<number>()];
  const bar = ({ value, pid }: { value: number; pid: number }) => {
    values.push(value);
    pids.add(pid);
    callers.add(process.pid);
  };
  for (let i = 0; i < 10; i++) pool.applyAsync(foo, [i], { callback: bar });
  console.log("End");
  try {
    await pool.join();
  } catch (error) {
    console.log("join before close:", error instanceof Error && error.name);
  }
  pool.close();
  await pool.join();
  console.log(values.sort().join(" "));
  console.log(
    "sum:",
    values.reduce((sum, value) => sum + value),
  );
  console.log("worker processes, at most 3:", pids.size <= 3 && !pids.has(process.pid));
  console.log("called back in:", callers.size, "process, this one:", callers.has(process.pid));
}
