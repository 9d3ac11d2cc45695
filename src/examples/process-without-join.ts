// S1-5: nobody joins them, and still the program ends after they have.
import { sleep } from "fibril";
import { Process } from "fibril/process";

export function* worker() {
  yield* sleep("50 millis");
  console.log("a worker has ended");
}

if (import.meta.main) {
  for (let i = 0; i < 3; i++) new Process({ target: worker }).start();
  console.log("Main Process");
}
