// S3-4: what only the main process is to do stands behind `import.meta.main`.
import { Process } from "fibril/process";

console.log("this line runs in each process that loads the module");

export function child() {
  console.log("the child's work; it is not main:", !import.meta.main);
}

if (import.meta.main) {
  const process = new Process({ target: child });
  process.start();
  await process.join();
}
