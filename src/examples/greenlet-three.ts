// S0-11: three greenlets that switch to each other by name; a finished one returns to its parent.
import { type Greenlet, greenlet } from "fibril/greenlet";

function* test1() {
  console.log("gr1: 12");
  yield* gr2.switch();
  console.log("gr1: 34");
  yield* gr3.switch();
  console.log("gr1 is over");
}

function* test2() {
  console.log("gr2: 56");
  const received = yield* gr3.switch();
  console.log(`gr2: 78, got ${received}`);
  return "from gr2";
}

function* test3() {
  console.log("gr3: 90");
  yield* gr1.switch();
  console.log("gr3 goes on");
  yield* gr2.switch("a value");
}

const gr1: Greenlet = greenlet(test1);
const gr2: Greenlet = greenlet(test2);
const gr3: Greenlet = greenlet(test3);

// gr2 is the first to end: its value comes here, to the parent of all three.
console.log(`main: ${await gr1.switch()}`);
console.log("dead:", gr1.dead, gr2.dead, gr3.dead);

await gr1.switch();
console.log("dead:", gr1.dead, gr2.dead, gr3.dead);
