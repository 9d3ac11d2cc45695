// S4-43, S4-47: what each worker does first, and again after it was replaced.
import { Pool, Value } from "fibril/process";

let begun = 0;

export function* startProcess(starts: Value<"i">) {
  begun++;
  yield* starts.getLock().use(() => starts.value++);
}

export function doCalculation(data: number) {
  return { doubled: data * 2, begun };
}

if (import.meta.main) {
  const starts = new Value("i", 0);
  const options = { processes: 2, initializer: startProcess, initargs: [starts] as const };
  const results = await Pool.use({ ...options, maxTasksPerChild: 2 }, (pool) =>
    pool.map(
      doCalculation,
      Array.from({ length: 10 }, (_, i) => i),
      { chunksize: 1 },
    ),
  );
  console.log(results.map(({ doubled }) => doubled).join(" "));
  console.log(
    "each worker began once:",
    results.every(({ begun }) => begun === 1),
  );
  console.log("workers for ten tasks, two for each: at least 5:", starts.value >= 5);
}
