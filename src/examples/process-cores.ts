// S4-61: two processes compute at the same time, two fibers by turns.
import { joinAll, spawn } from "fibril";
import { Barrier, Process } from "fibril/process";

function primesBelow(limit: number): number {
  let count = 0;
  for (let n = 2; n < limit; n++) {
    let isPrime = true;
    for (let d = 2; d * d <= n && isPrime; d++) isPrime = n % d !== 0;
    if (isPrime) count++;
  }
  return count;
}

export function* compute(together: Barrier) {
  // Only processes that run at the same time can meet here.
  yield* together.wait();
  if (primesBelow(50_000) !== 5133) process.exit(1);
}

if (import.meta.main) {
  const fibers = [1, 2].map(() => spawn(() => primesBelow(50_000)));
  console.log("fibers:", (await joinAll(fibers)).join(" "));
  const together = new Barrier(2);
  const children = [1, 2].map(() => new Process({ target: compute, args: [together] }));
  for (const child of children) child.start();
  for (const child of children) await child.join();
  console.log("processes:", children.map(({ exitcode }) => exitcode).join(" "));
}
