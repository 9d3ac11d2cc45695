// S0-3, S2-1: a queue between two processes; what is put into it is copied at that moment.
import { Process, Queue } from "fibril/process";

type Message = (number | string | null)[];

export function* child(queue: Queue<Message>) {
  const message = [42, null, "Hello"];
  yield* queue.put(message);
  message.push("this comes too late");
  yield* queue.put([43, null, "HI"]);
}

if (import.meta.main) {
  const queue = new Queue<Message>();
  const process = new Process({ target: child, args: [queue] });
  process.start();
  console.log(JSON.stringify(await queue.get()));
  console.log(JSON.stringify(await queue.get()));
  await process.join();
  console.log("exit code", process.exitcode);
}
