// S4-26: two greenlets take turns and print 12 34 56 78.
import { type Greenlet, greenlet } from "fibril/greenlet";

function* fun1() {
  console.log(12);
  yield* gr2.switch();
  console.log(56);
  yield* gr2.switch();
}

function* fun2() {
  console.log(34);
  yield* gr1.switch();
  console.log(78);
}

const gr1: Greenlet = greenlet(fun1);
const gr2: Greenlet = greenlet(fun2);

await gr1.switch();
