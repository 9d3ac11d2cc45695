// S4-39: one process, three lines.
import { sleep } from "fibril";
import { Process } from "fibril/process";

export function* hello(message: string) {
  for (let i = 0; i < 3; i++) {
    console.log(message);
    yield* sleep("20 millis");
  }
}

if (import.meta.main) {
  const child = new Process({ target: hello, args: ["hello"] });
  child.start();
  await child.join();
  console.log("Sub-process done.");
}
