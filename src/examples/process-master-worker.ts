// S4-1: a master that notices when a worker dies, and starts another one.
import { sleep, wait } from "fibril";
import { Process } from "fibril/process";

export function* worker(attempt: number) {
  if (attempt < 3) process.kill(process.pid, "SIGKILL");
  yield* sleep("10 millis");
  console.log(`worker ${attempt} has done the work`);
}

if (import.meta.main) {
  for (let attempt = 1; ; attempt++) {
    const child = new Process({ target: worker, args: [attempt] });
    child.start();
    await wait([child.sentinel]);
    if (child.exitcode === 0) break;
    console.log(`worker ${attempt} ended with ${child.exitcode}: starting another one`);
  }
}
