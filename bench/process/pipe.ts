/** Pipe between two processes: bytes a second by messages of 1 MB. */

import { spawn } from "fibril";
import { type Connection, Pipe, Process } from "fibril/process";
import { measure, perSecond } from "./measure.ts";

const MB = 1 << 20;

export function* sink(connection: Connection, count: number) {
  yield* connection.send("up");
  for (let i = 0; i < count; i++) yield* connection.recvBytes();
  yield* connection.send(count);
}

async function bulk(count: number): Promise<number> {
  const [here, there] = Pipe();
  const child = new Process({ target: sink, args: [there, count] });
  child.start();
  await there.close();
  const bytes = new Uint8Array(MB);
  await here.recv();
  const began = performance.now();
  await spawn(function* () {
    for (let i = 0; i < count; i++) yield* here.sendBytes(bytes);
    yield* here.recv();
  });
  const found = MB * perSecond(count, began);
  await child.join();
  return found;
}

if (import.meta.main) void measure({ "pipe/bulk": bulk });
