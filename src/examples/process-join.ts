// S1-6, S1-7: who joins each process before it starts the next one has them one by one.
import { sleep } from "fibril";
import { activeChildren, Process } from "fibril/process";

export function* work() {
  yield* sleep("100 millis");
}

if (import.meta.main) {
  for (let round = 0; round < 3; round++) {
    const child = new Process({ target: work });
    child.start();
    console.log("joined in the loop: running at once", activeChildren().length);
    await child.join();
  }

  const children = Array.from({ length: 3 }, () => new Process({ target: work }));
  for (const child of children) child.start();
  console.log("joined after the loop: running at once", activeChildren().length);
  for (const child of children) await child.join();
  console.log("still running:", activeChildren().length);
}
