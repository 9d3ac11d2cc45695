// S0-9: 50,000 coroutines in one process; a loop that computes keeps the others waiting unless it yields.
import { joinAll, sleep, spawn } from "fibril";
import { Event } from "fibril/sync";

const COUNT = 50_000;
const everybodyIsHere = new Event();
let here = 0;
let most = 0;

/** All of them are alive at the same time: no lock guards the counters, and none is needed. */
function* guest() {
  here++;
  most = Math.max(most, here);
  if (here === COUNT) everybodyIsHere.set();
  yield* everybodyIsHere.wait();
  here--;
}

await joinAll(Array.from({ length: COUNT }, () => spawn(guest)));
console.log(`${most} at once, ${here} left`);

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
