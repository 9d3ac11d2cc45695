// S4-24: what an event loop is for: delayed calls, TCP and UDP, child processes, work for threads.
import { getHub, kill, sleep, spawn, spawnLater, withTimeout } from "fibril";
import { toThread } from "fibril/asyncio";
import { bind, connect, DatagramServer, type Socket, StreamServer } from "fibril/server";
import { checkOutput } from "fibril/subprocess";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function* delayedCalls() {
  const say = (word: string) => console.log("delayed:", word);
  spawnLater("60 millis", say, "second");
  spawnLater("20 millis", say, "first");
  yield* kill(spawnLater("40 millis", say, "never"));
  getHub().runCallback(say, "as soon as possible");
  yield* sleep("120 millis");
}

function* protocol(socket: Socket) {
  for (let line = yield* socket.readLine(); line !== ""; line = yield* socket.readLine()) {
    yield* socket.sendAll(line.toUpperCase());
  }
}

function* tcp() {
  const server = new StreamServer("127.0.0.1:0", protocol);
  yield* server.start();
  const client = yield* connect(server.address, { timeout: "5 seconds" });
  yield* client.sendAll("a stream of lines\n");
  console.log("tcp:", (yield* client.readLine()).trim());
  yield* client.close();
  yield* server.stop();
}

function* udp() {
  const server: DatagramServer = new DatagramServer("127.0.0.1:0", (data, address) =>
    server.sendTo(`${text(data)} and back`, address),
  );
  yield* server.start();
  const client = yield* bind("127.0.0.1:0");
  yield* client.sendTo("there", server.address);
  const [data] = yield* withTimeout("5 seconds", client.recvFrom());
  console.log("udp:", text(data));
  yield* client.close();
  yield* server.stop();
}

function* delegated() {
  const evaluate = "Deno" in globalThis ? "eval" : "-e";
  const child = [process.execPath, evaluate, `console.log("hello from a child")`];
  const output = yield* checkOutput(child, { text: true });
  console.log("subprocess:", output.trim());
  const sum = yield* toThread((n: number) => (n * (n + 1)) / 2, 1000);
  console.log("thread:", sum);
}

await spawn(delayedCalls);
await spawn(tcp);
await spawn(udp);
await spawn(delegated);
