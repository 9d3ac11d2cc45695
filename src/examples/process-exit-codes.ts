// S4-33: how a process ended is told by its exit code.
import { sleep } from "fibril";
import { Process } from "fibril/process";

export function exitError() {
  process.exit(1);
}

export function exitOk() {
  process.exit(0);
}

export function returnValue() {
  return 1;
}

export function raises() {
  console.error = () => {}; // where the error is printed
  throw new Error("There was an error!");
}

export function* terminated() {
  yield* sleep("1 hour");
}

if (import.meta.main) {
  for (const target of [exitError, exitOk, returnValue, raises, terminated]) {
    const child = new Process({ name: target.name, target });
    child.start();
    if (target === terminated) child.terminate();
    await child.join();
    console.log(`${child.name}.exitcode = ${child.exitcode}`);
  }
}
