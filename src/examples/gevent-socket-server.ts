// S0-15: gevent's echo server, listen(500) and a greenlet for each connection, with 500 clients at once.
import { joinAll, spawn } from "fibril";
import { Group } from "fibril/pool";
import { connect, type Listener, listen, type Socket } from "fibril/server";

const handlers = new Group();
let handled = 0;

function* server(listener: Listener) {
  for (;;) {
    const conn = yield* listener.accept();
    handlers.spawn(handleRequest, conn);
  }
}

function* handleRequest(conn: Socket) {
  try {
    for (;;) {
      const data = yield* conn.recv(1024);
      if (data.length === 0) break;
      yield* conn.send(data);
    }
    yield* conn.shutdown("write");
  } catch (error) {
    console.log("a client broke off:", error);
  } finally {
    yield* conn.close();
    handled++;
  }
}

function* client(listener: Listener, words: readonly string[]) {
  const sock = yield* connect(listener.address);
  const received: string[] = [];
  for (const word of words) {
    yield* sock.sendAll(`${word}\n`);
    received.push((yield* sock.readLine()).trim());
  }
  yield* sock.close();
  return received;
}

// Port 0: any that is free, where the original has 8001.
const listener = await listen("127.0.0.1:0", { backlog: 500 });
const serving = spawn(server, listener);

const words = await spawn(client, listener, ["hello", "fibril", "bye"]);
for (const word of words) console.log("Received", word);

const crowd = Array.from({ length: 500 }, (_, n) => [`I am ${n}`, `${n} it is`]);
const answers = await joinAll(crowd.map((each) => spawn(client, listener, each)));
const right = answers.filter((answer, n) => answer.join() === crowd[n]?.join());
console.log("served at once, each with its own bytes:", right.length);

await serving.kill();
await listener.close();
await handlers.join();
console.log("connections handled to their end:", handled);
