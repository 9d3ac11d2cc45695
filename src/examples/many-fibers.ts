// S0-9: 50,000 coroutines in one process; a loop that computes keeps the others waiting unless it yields.
import { joinAll, sleep, spawn } from "fibril";

let awake = 0;
let most = 0;

/** All of them are alive at the same time: no lock guards the counters, and none is needed. */
function* sleeper() {
  awake++;
  most = Math.max(most, awake);
  yield* sleep(100);
  awake--;
}

await joinAll(Array.from({ length: 50_000 }, () => spawn(sleeper)));
console.log(`${most} at once, ${awake} left`);

function compute(): number {
  let sum = 0;
  for (let n = 0; n < 1_000_000; n++) sum += n;
  return sum;
}

function* compute3Times(name: string, yields: boolean, trace: string[]) {
  for (let i = 0; i < 3; i++) {
    compute();
    trace.push(name);
    if (yields) yield* sleep(0);
  }
}

for (const yields of [false, true]) {
  const trace: string[] = [];
  await joinAll(["A", "B"].map((name) => spawn(compute3Times, name, yields, trace)));
  console.log(yields ? "yielding:" : "computing:", trace.join(" "));
}
