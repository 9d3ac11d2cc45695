// S0-4, S2-3: a pipe has two ends, and goes both ways.
import { type Connection, Pipe, Process } from "fibril/process";

export function* child(connection: Connection) {
  yield* connection.send([1, "balabala"]);
  yield* connection.send([2, null]);
  console.log("from the parent:", yield* connection.recv());
  yield* connection.close();
}

if (import.meta.main) {
  const [ours, theirs] = Pipe();
  const process = new Process({ target: child, args: [theirs] });
  process.start();
  // Only the child is to hold that end: its close is the end of what can be received.
  await theirs.close();
  console.log("from the child:", JSON.stringify(await ours.recv()));
  console.log("from the child:", JSON.stringify(await ours.recv()));
  await ours.send("babababa");
  try {
    await ours.recv();
  } catch (error) {
    console.log("after that:", error instanceof Error && error.name);
  }
  await process.join();
}
