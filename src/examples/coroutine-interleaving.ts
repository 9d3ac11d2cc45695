// S4-22: A is left in its midst for B, and B for A: one thread, no calls between them.
import { joinAll, sleep, spawn } from "fibril";

function* a() {
  console.log("1");
  console.log("2");
  yield* sleep(0);
  console.log("3");
}

function* b() {
  console.log("x");
  console.log("y");
  yield* sleep(0);
  console.log("z");
}

await joinAll([spawn(a), spawn(b)]);
