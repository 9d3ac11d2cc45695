// S4-34: what processes log of themselves goes to the standard error, each record a line.
import { getLogger, logToStderr, Process } from "fibril/process";

export function worker() {
  console.log("Doing some work");
  getLogger().info("the worker's own record");
}

if (import.meta.main) {
  logToStderr();
  getLogger().setLevel("INFO");
  const child = new Process({ target: worker });
  child.start();
  await child.join();
}
