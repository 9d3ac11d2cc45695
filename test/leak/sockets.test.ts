import { getHub, joinAll, killAll, sleep, spawn, type Yieldable } from "fibril";
import {
  bind,
  connect,
  HttpServer,
  listen,
  type Socket,
  SocketError,
  StreamServer,
} from "fibril/server";
import { expect, test } from "vitest";
import { collectGarbage } from "../harness/garbage.ts";
import { thrownBy } from "../harness/virtual.ts";

/** Connections in a run, or waits on one. */
const COUNT = 150;

/** A socket that is kept takes five times that; the runtimes' own tables grow a little. */
const BYTES_LEFT_EACH = 1000;

const LOOPBACK = "127.0.0.1:0";

type Load = () => Generator<Yieldable<unknown>, void, unknown>;

/** Each of these opens sockets by the hundred, or waits on some so often, and leaves nothing. */
const loads: Readonly<Record<string, Load>> = {
  *"that were served and closed"() {
    const server = new StreamServer(LOOPBACK, echo);
    yield* server.start();
    yield* joinAll(many(() => spawn(askOnce, server)));
    yield* server.stop();
  },
  *"whose clients were killed"() {
    const server = new StreamServer(LOOPBACK, echo);
    yield* server.start();
    const clients = many(() => spawn(listenInVain, server));
    yield* sleep(20);
    yield* killAll(clients);
    yield* server.stop();
  },
  *"whose handlers were killed"() {
    let begun = 0;
    const server = new StreamServer(LOOPBACK, (socket) => {
      begun++;
      return socket.readLine();
    });
    yield* server.start();
    const clients = many(() => spawn(listenInVain, server));
    while (begun < COUNT) yield* sleep(1);
    yield* server.stop({ timeout: 0 });
    yield* joinAll(clients);
  },
  *"that were killed while they connected"() {
    const server = new StreamServer(LOOPBACK, echo);
    yield* server.start();
    // Without TLS, of which Deno itself keeps what is destroyed in its handshake.
    const clients = many(() => spawn(listenInVain, server));
    yield* sleep();
    yield* killAll(clients);
    yield* server.stop();
  },
  *"that fibers waited on and were killed"() {
    const [listener, datagrams] = [yield* listen(LOOPBACK), yield* bind(LOOPBACK)];
    const near = yield* connect(listener.address);
    const far = yield* listener.accept();
    for (let i = 0; i < COUNT; i++) {
      const waits = [() => far.recv(1), () => near.readLine(), () => listener.accept()];
      const waiting = [...waits, () => datagrams.recvFrom()].map((wait) =>
        spawn(wait as () => void),
      );
      yield* sleep();
      yield* killAll(waiting);
      yield* thrownBy(far.recv(1, { timeout: 0 }));
    }
    near.abort();
    far.abort();
    yield* datagrams.close();
    yield* listener.close();
  },
  *"of HTTP, answered or given up"() {
    const server = new HttpServer(LOOPBACK, function* (request) {
      if (request.url.endsWith("/slow")) yield* sleep("1 hour");
      return new Response("fine");
    });
    yield* server.start();
    yield* joinAll(many((n) => spawn(requestOnce, server, n % 2 === 0 ? "/slow" : "/")));
    yield* server.stop();
  },
};

const many = <A>(make: (n: number) => A): A[] => Array.from({ length: COUNT }, (_, n) => make(n));

function* echo(socket: Socket) {
  yield* socket.sendAll(yield* socket.readLine());
}

function* askOnce(server: StreamServer) {
  const socket = yield* connect(server.address);
  yield* socket.sendAll("hello\n");
  yield* socket.readLine();
  yield* socket.close();
}

function* listenInVain(server: StreamServer) {
  const socket = yield* connect(server.address);
  try {
    yield* socket.readLine();
  } catch (error) {
    // Cut off by the server; a fiber that fails would be kept for its report.
    if (!(error instanceof SocketError)) throw error;
  } finally {
    socket.abort();
  }
}

function* requestOnce(server: HttpServer, path: string) {
  const socket = yield* connect(server.address);
  yield* socket.sendAll(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
  if (path === "/") while ((yield* socket.recv(1024)).length > 0);
  else yield* sleep(20);
  socket.abort();
}

test.each(Object.entries(loads))("sockets %s leave nothing behind", async (_name, load) => {
  // Twice before the measure: code is compiled, rings and tables have grown.
  for (let i = 0; i < 2; i++) await spawn(load);
  const [heap, handles] = [await settledHeap(), openHandles()];
  for (let i = 0; i < 3; i++) await spawn(load);
  const most = 3 * COUNT * BYTES_LEFT_EACH;
  let grown = most;
  // A busy machine takes its time to close; what is kept is kept for ever.
  for (let i = 0; i < MOST_LOOKS && grown >= most; i++) grown = (await settledHeap()) - heap;
  expect([getHub().fibers.length, getHub().timers, getHub().ready]).toEqual([0, 0, 0]);
  expect(openHandles()).toEqual(handles);
  expect(grown).toBeLessThan(most);
});

const MOST_LOOKS = 20;

/** What keeps Node alive; Deno does not tell. */
function openHandles(): string[] {
  const { getActiveResourcesInfo } = process as { getActiveResourcesInfo?: () => string[] };
  return getActiveResourcesInfo?.() ?? [];
}

/** The heap after everything that is due was done and collected; closing a socket takes the host some turns. */
async function settledHeap(): Promise<number> {
  for (let i = 0; i < 10; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}
