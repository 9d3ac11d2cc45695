// S4-29, S4-30: a process has the name that it is given, or one by its number.
import { currentProcess, Process } from "fibril/process";

export function worker(number: number) {
  console.log(`Worker: ${number}, named ${currentProcess().name}`);
}

if (import.meta.main) {
  for (const [number, name] of ["my_service", "worker 1", undefined].entries()) {
    const child = new Process({ name, target: worker, args: [number] });
    child.start();
    await child.join();
  }
  console.log("and this is", currentProcess().name);
}
