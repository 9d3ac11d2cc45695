// S2-10: an echo server on a selector: callbacks as data, "haha" before every answer.
import { joinAll, sleep, spawn, type Yieldable } from "fibril";
import { DefaultSelector, EVENT_READ } from "fibril/selectors";
import { connect, type Listener, listen, type Socket } from "fibril/server";

type Callback = (fileobj: never, mask: number) => Generator<Yieldable, void, unknown>;

const selector = new DefaultSelector<Callback, Socket | Listener>();

function* accept(listener: Listener) {
  const conn = yield* listener.accept();
  console.log("accepted");
  selector.register(conn, EVENT_READ, read);
}

function* read(conn: Socket) {
  const data = yield* conn.recv(1000);
  if (data.length > 0) {
    yield* conn.sendAll(`haha${new TextDecoder().decode(data)}`);
  } else {
    selector.unregister(conn);
    console.log("closed,", selector.getMap().size, "registered");
    yield* conn.close();
  }
}

function* serve() {
  for (;;) {
    for (const [key, mask] of yield* selector.select()) {
      yield* key.data(key.fileobj as never, mask);
    }
  }
}

function* client(listener: Listener, word: string) {
  const sock = yield* connect(listener.address);
  yield* sock.sendAll(`${word}\n`);
  return { sock, reply: (yield* sock.readLine()).trim() };
}

const listener = await listen("127.0.0.1:0", { backlog: 1000 });
selector.register(listener, EVENT_READ, accept);
const server = spawn(serve);

const clients = await joinAll(["one", "two", "three"].map((word) => spawn(client, listener, word)));
for (const { reply } of clients) console.log(reply);
console.log(selector.getMap().size, "registered");
for (const { sock } of clients) {
  const before = selector.getMap().size;
  await sock.close();
  while (selector.getMap().size === before) await sleep(1);
}

await server.kill();
selector.close();
await listener.close();
