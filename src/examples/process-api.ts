// S3-1, S3-2, S3-3, S4-46, S4-54: what a Process is made of and what it tells of itself.
import { sleep } from "fibril";
import { Process } from "fibril/process";

export function* worker(number: number, options: { readonly times: number }) {
  for (let i = 0; i < options.times; i++) yield* sleep("10 millis");
  console.log("worker", number);
}

if (import.meta.main) {
  for (const number of [0, 1, 2, 3, 4]) {
    const child = new Process({ target: worker, args: [number], kwargs: { times: 2 } });
    console.log(child.name, "has a process id:", child.pid !== undefined);
    child.start();
    console.log(child.name, "has a process id:", child.pid !== undefined);
    await child.join();
    console.log("Process end.", child.isAlive(), child.exitcode, child.daemon);
  }

  const other = new Process();
  console.log("bytes of the key that they share:", other.authkey.length);
  try {
    new Process({ target: worker, args: "egon" as never });
  } catch (error) {
    console.log(String(error));
  }
  try {
    await other.join();
  } catch (error) {
    console.log(String(error));
  }
}
