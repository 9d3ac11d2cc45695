// S4-32: a process before, during and after it is terminated.
import { sleep } from "fibril";
import { Process } from "fibril/process";

export function* slow() {
  yield* sleep("1 hour");
}

if (import.meta.main) {
  const child = new Process({ target: slow });
  console.log("BEFORE:", child.isAlive());
  child.start();
  console.log("DURING:", child.isAlive());
  child.terminate();
  // It is not known yet that it has ended.
  console.log("TERMINATED:", child.isAlive());
  await child.join();
  console.log("JOINED:", child.isAlive(), child.exitcode);
}
