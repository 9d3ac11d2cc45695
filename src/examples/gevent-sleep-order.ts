// S2-7: three greenlets that sleep for 2, 3 and 0 seconds (here tenths): who runs when is exact.
import { joinAll, sleep, spawn } from "fibril";

function* foo() {
  console.log("running 1");
  yield* sleep(200);
  console.log("running 2");
}

function* bar() {
  console.log("running 3");
  yield* sleep(300);
  console.log("running 4");
}

function* func3() {
  console.log("running 5");
  // Lets the others run that can, and goes on.
  yield* sleep(0);
  console.log("end?");
}

// All over after 3 tenths: the sleeps lie side by side.
await joinAll([spawn(foo), spawn(bar), spawn(func3)]);
