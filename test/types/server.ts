/** What the compiler must accept and refuse of sockets and servers: checked by `npm run types`, never run. */
import * as Effect from "effect/Effect";
import { type Fiber, sleep, spawn, type Wait } from "fibril";
import { select } from "fibril/channel";
import { Pool } from "fibril/pool";
import {
  type Address,
  type Bytes,
  bind,
  connect,
  type Datagram,
  DatagramServer,
  HttpServer,
  type LineTooLong,
  type Listener,
  listen,
  type Socket,
  type SocketError,
  StreamServer,
} from "fibril/server";

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Fails to compile unless `A` and `B` are the same type. */
declare function same<A, B>(proof: Same<A, B>): void;

const connecting = connect(80);
same<typeof connecting, Wait<Socket, SocketError>>(true);
const listening = listen(["127.0.0.1", 0], { backlog: 5, timeout: "1 second" });
same<typeof listening, Wait<Listener, SocketError>>(true);

function* talk(socket: Socket) {
  const data = yield* socket.recv(1024);
  same<typeof data, Bytes>(true);
  const line = yield* socket.readLine({ limit: 80, timeout: 5 });
  same<typeof line, string>(true);
  const sent = yield* socket.send("text");
  same<typeof sent, number>(true);
  yield* socket.sendAll(new Uint8Array(4));
  // Waited for or not, it is closed.
  yield* socket.shutdown("write");
  void socket.close();
  return line;
}
// The errors of a body are those of what it waits for.
declare const socket: Socket;
const talking = spawn(talk, socket);
same<typeof talking, Fiber<string, SocketError | LineTooLong>>(true);
const handled = socket.recv(1).pipe(Effect.catchTag("SocketError", (e) => Effect.succeed(e.code)));
same<typeof handled, Effect.Effect<string | Bytes>>(true);

const first = select({ data: socket.recv(10), late: sleep(5) });
same<
  typeof first,
  Wait<
    | { readonly key: "data"; readonly value: Bytes }
    | { readonly key: "late"; readonly value: void },
    SocketError
  >
>(true);

// @ts-expect-error: a timeout is an option
void socket.recv(10, 5);
// @ts-expect-error: neither text nor bytes
void socket.send(5);
// @ts-expect-error: not a side
void socket.shutdown("w");
// @ts-expect-error: a size
void socket.recv();
// @ts-expect-error: no address
void connect({ host: "127.0.0.1" });

const server = new StreamServer("127.0.0.1:0", talk, { spawn: new Pool(5) });
const { address, port } = server;
same<typeof address, Address>(true);
same<typeof port, number>(true);
const starting = server.start();
same<typeof starting, Wait<void, SocketError>>(true);
const stopping = server.stop({ timeout: "2 seconds" });
same<typeof stopping, Wait<void>>(true);
new StreamServer(0, async (socket: Socket, from) => socket.sendAll(from.host), { spawn: 5 });
// @ts-expect-error: a pool or its size
new StreamServer(0, talk, { spawn: "5" });

const binding = bind(0);
function* datagrams() {
  const udp = yield* binding;
  const datagram = yield* udp.recvFrom();
  same<typeof datagram, Datagram>(true);
  const [data, from] = datagram;
  same<typeof data, Bytes>(true);
  return yield* udp.sendTo(data, from);
}
void datagrams;
new DatagramServer(0, (data, from) => [data.length, from.port]);

new HttpServer(0, () => new Response("at once"));
new HttpServer(0, async (request) => new Response(await request.text()));
new HttpServer(0, function* (_request: Request) {
  yield* sleep(1);
  return new Response("later");
});
new HttpServer(0, () => Effect.succeed(new Response("Effect")));
// @ts-expect-error: no Response
new HttpServer(0, () => "text");
// @ts-expect-error: no Response
new HttpServer(0, function* () {
  yield* sleep(1);
});
