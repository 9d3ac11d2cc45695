// S4-55: two children talk over a pipe without their parent; half of one goes only one way.
import { type Connection, Pipe, Process } from "fibril/process";

export function* first(connection: Connection) {
  yield* connection.send("hello");
  console.log("first got:", yield* connection.recv());
}

export function* second(connection: Connection) {
  console.log("second got:", yield* connection.recv());
  yield* connection.send("hello, too");
}

if (import.meta.main) {
  const [one, other] = Pipe();
  const children = [
    new Process({ target: first, args: [one] }),
    new Process({ target: second, args: [other] }),
  ];
  for (const child of children) child.start();
  await one.close();
  await other.close();
  for (const child of children) await child.join();

  const [reader, writer] = Pipe({ duplex: false });
  await writer.send("one way");
  console.log(await reader.recv(), reader.writable, writer.readable);
}
