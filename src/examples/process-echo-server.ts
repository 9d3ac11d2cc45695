// S3-7: an echo server with a process for each connection, which sends everything back in capitals.
import { joinAll, spawn } from "fibril";
import { type Connection, Pipe, Process } from "fibril/process";
import { connect, type Socket, StreamServer } from "fibril/server";

const CLIENTS = 4;
const children: Process[] = [];

export function* talk(connection: Connection) {
  for (;;) {
    const data = yield* connection.recvBytes();
    if (data.length === 0) return;
    yield* connection.sendBytes(data.map((byte) => (byte >= 97 && byte <= 122 ? byte - 32 : byte)));
  }
}

/** Hands what comes from the client to a process of its own, and what that says back. */
function* serve(socket: Socket) {
  const [ours, theirs] = Pipe();
  const child = new Process({ target: talk, args: [theirs] });
  child.start();
  yield* theirs.close();
  children.push(child);
  for (let data = yield* socket.recv(1024); ; data = yield* socket.recv(1024)) {
    yield* ours.sendBytes(data);
    if (data.length === 0) break;
    yield* socket.sendAll(yield* ours.recvBytes());
  }
  yield* child.join();
}

function* client(port: number, text: string) {
  const socket = yield* connect({ host: "127.0.0.1", port });
  yield* socket.sendAll(text);
  const reply = yield* socket.recv(1024);
  yield* socket.close();
  return new TextDecoder().decode(reply);
}

if (import.meta.main) {
  const main = spawn(function* () {
    const server = new StreamServer("127.0.0.1:0", serve, { spawn: CLIENTS });
    yield* server.start();
    const texts = Array.from({ length: CLIENTS }, (_, i) => `hello ${i}`);
    const clients = texts.map((text) => spawn(client, server.port, text));
    for (const reply of yield* joinAll(clients)) console.log(reply);
    yield* server.stop();
  });
  await main;
  console.log("processes:", new Set(children.map(({ pid }) => pid)).size);
  console.log("ended with", children.map(({ exitcode }) => exitcode).join(" "));
}
