// S0-1, S0-2, S1-1, S1-3, S1-4: a function in a process of its own.
import { sleep } from "fibril";
import { Process } from "fibril/process";

export function* greet(name: string, mainPid: number) {
  yield* sleep("20 millis");
  console.log(`Hello ${name}, in a subprocess`);
  console.log("another process than main:", process.pid !== mainPid);
  console.log("main is its parent:", process.ppid === mainPid);
}

if (import.meta.main) {
  const child = new Process({ target: greet, args: ["Bob", process.pid] });
  child.start();
  console.log("I am the main process");
  await child.join();
  console.log("the child has ended, with exit code", child.exitcode);
}
