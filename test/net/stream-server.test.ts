import { createServer } from "node:net";
import * as Effect from "effect/Effect";
import { getHub, joinAll, killAll, sleep, spawn, until, wait } from "fibril";
import { Pool } from "fibril/pool";
import { connect, Listener, listen, type Socket, SocketError, StreamServer } from "fibril/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ErrorLines, takeErrors } from "../harness/console.ts";
import { thrownBy } from "../harness/virtual.ts";
import { certificate } from "./certificate.ts";
import { cutOff, inFiber, LOOPBACK, recvAll, text, tooManyFiles } from "./in-fiber.ts";

let errors: ErrorLines;
beforeEach(() => {
  errors = takeErrors();
});
afterEach(() => errors.release());

function* echo(socket: Socket) {
  for (let data = yield* socket.recv(1024); data.length > 0; data = yield* socket.recv(1024)) {
    yield* socket.sendAll(data);
  }
}

/** Sends a message, unless it is empty, and gives the answer. */
function* ask(server: StreamServer, message: string) {
  const socket = yield* connect(server.address);
  if (message !== "") {
    yield* socket.sendAll(message);
    yield* socket.shutdown();
  }
  const answer = yield* recvAll(socket);
  yield* socket.close();
  return answer;
}

test(
  "500 clients at once each get their own bytes back, in one process",
  inFiber(function* () {
    const server = new StreamServer(LOOPBACK, echo, { backlog: 500 });
    yield* server.start();
    const messages = Array.from({ length: 500 }, (_, n) => `message ${n} `.repeat(100));
    const clients = messages.map((message) => spawn(ask, server, message));
    expect(yield* joinAll(clients)).toEqual(messages);
    yield* server.stop();
    expect(errors.lines).toEqual([]);
  }),
);

test(
  "a handler is any body; its socket is closed when it ends",
  inFiber(function* () {
    const kept: Socket[] = [];
    const handlers = [
      function* (socket: Socket) {
        kept.push(socket);
        yield* socket.sendAll("bye");
      },
      async (socket: Socket) => {
        kept.push(socket);
        await socket.sendAll("bye");
      },
      (socket: Socket) => {
        kept.push(socket);
        return socket.sendAll("bye");
      },
      (socket: Socket) =>
        Effect.gen(function* () {
          kept.push(socket);
          yield* socket.sendAll("bye");
        }),
    ];
    for (const handle of handlers) {
      const server = new StreamServer(LOOPBACK, handle);
      yield* server.start();
      expect(yield* ask(server, "")).toBe("bye");
      expect(kept.pop()?.closed).toBe(true);
      yield* server.stop();
    }
  }),
);

test(
  "a handler is given the address of its client",
  inFiber(function* () {
    const server = new StreamServer(LOOPBACK, (socket, { host, port }) =>
      socket.sendAll(`${host}:${port}`),
    );
    yield* server.start();
    const socket = yield* connect(server.address);
    expect(yield* recvAll(socket)).toBe(`127.0.0.1:${socket.localAddress.port}`);
    yield* socket.close();
    yield* server.stop();
  }),
);

test(
  "a handler that fails is reported at once with its client, and its socket is closed; others go on",
  inFiber(function* () {
    const server = new StreamServer(LOOPBACK, function* (socket) {
      const line = yield* socket.readLine();
      if (line === "fail\n") throw new Error("as asked");
      yield* socket.sendAll(line);
    });
    yield* server.start();
    const { exitCode } = process;
    const failing = yield* connect(server.address);
    yield* failing.sendAll("fail\n");
    expect(yield* cutOff(failing)).toBe("");
    expect(errors.lines).toHaveLength(1);
    expect(errors.lines[0]).toMatch(
      /^StreamServer 127\.0\.0\.1:0: the handler of 127\.0\.0\.1:\d+ failed: Error: as asked/,
    );
    expect(yield* ask(server, "still here\n")).toBe("still here\n");
    yield* server.stop();
    expect(process.exitCode).toBe(exitCode);
  }),
);

test(
  "a handler that is killed cuts its client off, and is no failure",
  inFiber(function* () {
    const server = new StreamServer(LOOPBACK, function* deaf(socket) {
      yield* socket.sendAll("hello");
      yield* sleep("1 minute");
    });
    yield* server.start();
    const client = yield* connect(server.address);
    expect(text(yield* client.recv(10))).toBe("hello");
    yield* killAll(getHub().fibers.filter(({ name }) => name.startsWith("deaf")));
    expect(yield* cutOff(client)).toBe("");
    yield* server.stop();
    expect(errors.lines).toEqual([]);
  }),
);

/** A handler that tells of its begin and end, and ends at the client's word. */
function hearing(trace: string[]) {
  return function* (socket: Socket) {
    const name = (yield* socket.readLine()).trim();
    trace.push(`begin ${name}`);
    try {
      yield* socket.sendAll("begun\n");
      yield* socket.readLine();
    } finally {
      trace.push(`end ${name}`);
    }
  };
}

function* say(server: StreamServer, word: string) {
  const socket = yield* connect(server.address);
  yield* socket.sendAll(`${word}\n`);
  return socket;
}

test.each([
  ["the size of one", () => 2],
  ["a Pool", () => new Pool(2)],
])("while the pool is full nobody is let in: %s", (_, make) =>
  inFiber(function* () {
    const trace: string[] = [];
    const server = new StreamServer(LOOPBACK, hearing(trace), { spawn: make() });
    yield* server.start();
    const [a, b, c, d] = [
      yield* say(server, "a"),
      yield* say(server, "b"),
      yield* say(server, "c"),
      yield* say(server, "d"),
    ];
    expect([yield* a.readLine(), yield* b.readLine()]).toEqual(["begun\n", "begun\n"]);
    yield* sleep(30);
    expect([c.readable, d.readable]).toEqual([false, false]);
    expect(trace.toSorted()).toEqual(["begin a", "begin b"]);
    yield* b.close();
    expect(yield* c.readLine()).toBe("begun\n");
    yield* a.close();
    expect(yield* d.readLine()).toBe("begun\n");
    expect(trace.slice(2)).toEqual(["end b", "begin c", "end a", "begin d"]);
    yield* c.close();
    yield* d.close();
    yield* server.stop();
    expect(trace.slice(6).toSorted()).toEqual(["end c", "end d"]);
  })(),
);

test(
  "stop lets handlers end within its timeout, and kills the others; their cleanup runs",
  inFiber(function* () {
    const trace: string[] = [];
    const server = new StreamServer(LOOPBACK, hearing(trace));
    yield* server.start();
    const quick = yield* say(server, "quick");
    const slow = yield* say(server, "slow");
    expect([yield* quick.readLine(), yield* slow.readLine()]).toEqual(["begun\n", "begun\n"]);
    const stopping = spawn(() => server.stop({ timeout: 1000 }));
    yield* sleep(1);
    expect([server.started, server.closed]).toEqual([false, true]);
    expect(yield* thrownBy(connect(server.address))).toMatchObject({ code: "ECONNREFUSED" });
    yield* quick.sendAll("go\n");
    expect(yield* recvAll(quick)).toBe("");
    expect(trace.slice(2)).toEqual(["end quick"]);
    expect(stopping.dead).toBe(false);
    expect(yield* cutOff(slow)).toBe("");
    yield* stopping;
    expect(trace.slice(3)).toEqual(["end slow"]);
    yield* quick.close();
    yield* server.stop();
    expect(errors.lines).toEqual([]);
  }),
);

test(
  "stop acts at the call, also if nobody waits for it, and also in a handler",
  inFiber(function* () {
    const server: StreamServer = new StreamServer(LOOPBACK, function* (socket) {
      void server.stop({ timeout: 20 });
      expect(server.started).toBe(false);
      yield* socket.sendAll("stopped");
      yield* sleep("1 minute");
    });
    yield* server.start();
    expect(yield* ask(server, "")).toBe("stopped");
    yield* server.stop();
  }),
);

test(
  "close lets nobody in and leaves handlers to their work, until stop ends them",
  inFiber(function* () {
    const trace: string[] = [];
    const server = new StreamServer(LOOPBACK, hearing(trace));
    yield* server.start();
    const client = yield* say(server, "a");
    yield* client.readLine();
    server.close();
    expect([server.started, server.closed]).toEqual([false, true]);
    expect(yield* thrownBy(connect(server.address))).toMatchObject({ code: "ECONNREFUSED" });
    yield* sleep(5);
    expect(trace).toEqual(["begin a"]);
    yield* server.stop({ timeout: 0 });
    expect(trace).toEqual(["begin a", "end a"]);
    expect(yield* cutOff(client)).toBe("");
  }),
);

test(
  "a server that was stopped can be started again; one that runs stays as it is",
  inFiber(function* () {
    const server = new StreamServer(LOOPBACK, echo);
    expect([server.started, server.closed, server.port]).toEqual([false, false, 0]);
    yield* server.start();
    const { port } = server;
    yield* server.start();
    expect([server.started, server.closed, server.port]).toEqual([true, false, port]);
    expect(server.address).toEqual({ host: "127.0.0.1", port });
    yield* server.stop();
    yield* server.stop();
    yield* server.start();
    expect([server.started, server.closed]).toEqual([true, false]);
    expect(yield* ask(server, "again")).toBe("again");
    yield* server.stop();
  }),
);

test(
  "serveForever ends when the server is stopped",
  inFiber(function* () {
    const server = new StreamServer(LOOPBACK, echo);
    const serving = spawn(() => server.serveForever());
    yield* server.start();
    expect(yield* ask(server, "served")).toBe("served");
    yield* server.stop();
    expect(yield* serving).toBeUndefined();
  }),
);

test(
  "a kill of serveForever stops the server and its handlers",
  inFiber(function* () {
    const trace: string[] = [];
    const server = new StreamServer(LOOPBACK, hearing(trace));
    const serving = spawn(() => server.serveForever({ timeout: 20 }));
    yield* server.start();
    const client = yield* say(server, "a");
    yield* client.readLine();
    yield* serving.kill();
    expect([serving.status, server.closed, trace]).toEqual(["killed", true, ["begin a", "end a"]]);
    expect(yield* cutOff(client)).toBe("");
  }),
);

test(
  "an address in use is thrown by start and by serveForever, and the server can be tried again",
  inFiber(function* () {
    const listener = yield* listen(LOOPBACK);
    const server = new StreamServer(listener.address, echo);
    for (const wait of [server.start(), server.start(), server.serveForever()]) {
      expect(yield* thrownBy(wait)).toMatchObject({ _tag: "SocketError", code: "EADDRINUSE" });
    }
    yield* listener.close();
    yield* server.start();
    expect(yield* ask(server, "now")).toBe("now");
    yield* server.stop();
  }),
);

test(
  "a server that is stopped while it starts tells who waits for that, and nobody else",
  inFiber(function* () {
    const server = new StreamServer("localhost:0", echo);
    void server.start();
    yield* server.stop();
    const waiting = spawn(() => server.start());
    yield* sleep();
    yield* server.stop();
    const error = yield* thrownBy(waiting.get());
    expect(error).toBeInstanceOf(SocketError);
    expect(error).toMatchObject({ code: "EBADF" });
    expect([server.started, server.closed]).toEqual([false, true]);
  }),
);

test(
  "a Listener may be given, and is closed with the server",
  inFiber(function* () {
    const listener = yield* listen(LOOPBACK);
    const server = new StreamServer(listener, echo);
    expect(server.port).toBe(listener.address.port);
    yield* server.start();
    expect(yield* ask(server, "by listener")).toBe("by listener");
    yield* server.stop();
    expect(listener.closed).toBe(true);
    expect(yield* thrownBy(server.start())).toMatchObject({ code: "EBADF" });
    yield* server.stop();
  }),
);

test(
  "accepts that fail are reported and tried again, each time after a longer pause",
  inFiber(function* () {
    const host = createServer({ allowHalfOpen: true });
    yield* until(new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve)));
    const server = new StreamServer(new Listener(host), echo);
    yield* server.start();
    const before = getHub().now();
    for (let i = 0; i < 4; i++) {
      host.emit("error", tooManyFiles());
      while (errors.lines.length === i) yield* sleep(1);
    }
    // 10 + 20 + 40 ms lie between the four.
    expect(getHub().now() - before).toBeGreaterThanOrEqual(65);
    expect(errors.lines[3]).toMatch(
      /^StreamServer 127\.0\.0\.1:\d+: could not accept: SocketError: Cannot accept on .*EMFILE/,
    );
    expect(yield* ask(server, "goes on")).toBe("goes on");
    yield* server.stop();
  }),
);

test(
  "TLS: handlers see plain text; a handshake that fails is reported and harms nobody",
  inFiber(function* () {
    const server = new StreamServer(LOOPBACK, echo, { tls: certificate });
    yield* server.start();
    const plain = yield* connect(server.address);
    yield* plain.sendAll("this is no TLS\n");
    yield* cutOff(plain);
    while (errors.lines.length === 0) yield* sleep(1);
    expect(errors.lines[0]).toMatch(/^StreamServer 127\.0\.0\.1:0: a TLS handshake failed: Error/);
    const client = yield* connect(server.address, { tls: { ca: certificate.cert } });
    const message = "over TLS ".repeat(4000);
    const sending = spawn(function* () {
      yield* client.sendAll(message);
      yield* client.shutdown();
    });
    expect(yield* recvAll(client)).toBe(message);
    yield* sending;
    yield* client.close();
    yield* server.stop();
  }),
);

test(
  "asynchronous disposal stops the server",
  inFiber(function* () {
    const server = new StreamServer(LOOPBACK, echo);
    yield* server.start();
    yield* until(server[Symbol.asyncDispose]());
    expect(server.closed).toBe(true);
  }),
);

test(
  "neither a client nor a server that waits counts as a deadlock for `wait`",
  inFiber(function* () {
    const server = new StreamServer(LOOPBACK, echo);
    yield* server.start();
    expect(yield* wait(undefined, { timeout: 20 })).toBe(false);
    yield* server.stop();
    expect(yield* wait()).toBe(true);
  }),
);

test("what is no address, handler, pool or option is refused by the constructor", () => {
  const make =
    (...args: unknown[]) =>
    () =>
      new (StreamServer as never as Maker)(...args);
  expect(make("localhost", echo)).toThrow('Cannot listen on "localhost"');
  expect(make(0)).toThrow("Cannot serve connections by undefined: pass a function");
  expect(make(0, 5)).toThrow(TypeError);
  expect(make(0, async function* () {})).toThrow("an async generator");
  expect(make(0, echo, 5)).toThrow("Cannot make a StreamServer with 5 as options");
  expect(make(0, echo, { spawn: 0 })).toThrow(RangeError);
  expect(make(0, echo, { spawn: "5" })).toThrow("pass a Pool");
  const server = new StreamServer(0, echo);
  expect(() => server.stop(5 as never)).toThrow("Cannot stop with 5 as options");
  expect(() => server.serveForever({ timeout: Number.NaN })).toThrow(RangeError);
});

type Maker = new (...args: unknown[]) => StreamServer;
