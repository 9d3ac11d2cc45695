// S1-17: a child process has no input; what it reads ends at once.
import { Process } from "fibril/process";

export async function ask() {
  let typed = "";
  for await (const chunk of process.stdin) typed += chunk;
  console.log(`read ${typed.length} characters`);
}

if (import.meta.main) {
  const child = new Process({ target: ask });
  child.start();
  await child.join();
  console.log("and ended with", child.exitcode);
}
