/**
 * Pipe between two processes: megabytes in a second by messages of 1 MB and of 64 KB,
 * how many small messages, and how long one takes there and back. Prints a JSON line
 * for each; beside it `python3 bench/process/reference.py pipe`.
 */
import { spawn } from "fibril";
import { type Connection, Pipe, Process } from "fibril/process";
import { report } from "./report.ts";

const BYTES = 500 * (1 << 20);
const MESSAGES = 100_000;
const TRIPS = 10_000;

export function* sink(connection: Connection, count: number) {
  yield* connection.send("up");
  for (let i = 0; i < count; i++) yield* connection.recvBytes();
  yield* connection.send(count);
}

export function* source(connection: Connection, count: number) {
  for (let i = 0; i < count; i++) yield* connection.send(i);
}

export function* echo(connection: Connection, count: number) {
  for (let i = 0; i < count; i++) yield* connection.send(yield* connection.recv());
}

async function bulk(size: number): Promise<number> {
  const [here, there] = Pipe();
  const count = Math.floor(BYTES / size);
  const child = new Process({ target: sink, args: [there, count] });
  child.start();
  await there.close();
  const bytes = new Uint8Array(size);
  await here.recv();
  const began = performance.now();
  await spawn(function* () {
    for (let i = 0; i < count; i++) yield* here.sendBytes(bytes);
    yield* here.recv();
  });
  const seconds = (performance.now() - began) / 1000;
  await child.join();
  return (size * count) / 1e6 / seconds;
}

async function oneWay(): Promise<number> {
  const [reader, writer] = Pipe({ duplex: false });
  const child = new Process({ target: source, args: [writer, MESSAGES] });
  child.start();
  await writer.close();
  await reader.recv();
  const began = performance.now();
  await spawn(function* () {
    for (let i = 1; i < MESSAGES; i++) yield* reader.recv();
  });
  const seconds = (performance.now() - began) / 1000;
  await child.join();
  return (MESSAGES - 1) / seconds;
}

async function roundTrip(): Promise<number> {
  const [here, there] = Pipe();
  const child = new Process({ target: echo, args: [there, TRIPS] });
  child.start();
  await there.close();
  await here.send(0);
  await here.recv();
  const began = performance.now();
  await spawn(function* () {
    for (let i = 1; i < TRIPS; i++) {
      yield* here.send(i);
      yield* here.recv();
    }
  });
  const micros = (performance.now() - began) * 1000;
  await child.join();
  return micros / (TRIPS - 1);
}

async function main() {
  await report("pipe: 1 MB messages", "MB/s", () => bulk(1 << 20));
  await report("pipe: 64 KB messages", "MB/s", () => bulk(1 << 16));
  await report("pipe: small messages", "1/s", oneWay);
  await report("pipe: there and back", "us", roundTrip);
}

if (import.meta.main) void main();
