import { createServer, Socket as HostSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep, spawn, Timeout, until } from "fibril";
import {
  ConcurrentObjectUseError,
  connect,
  Listener,
  listen,
  type Socket,
  SocketError,
} from "fibril/server";
import { expect, test } from "vitest";
import { thrownBy } from "../harness/virtual.ts";
import { certificate } from "./certificate.ts";
import { cutOff, inFiber, LOOPBACK, pair, recvAll, text, tooManyFiles } from "./in-fiber.ts";

test(
  "connections are accepted in their order, also those that came before anybody waited",
  inFiber(function* () {
    const listener = yield* listen(LOOPBACK, { backlog: 500 });
    const clients: Socket[] = [];
    for (let i = 0; i < 5; i++) {
      const client = yield* connect(listener.address);
      yield* client.sendAll(String(i));
      clients.push(client);
    }
    const order: string[] = [];
    for (const client of clients) {
      const accepted = yield* listener.accept();
      order.push(text(yield* accepted.recv(10)));
      expect(accepted.remoteAddress).toEqual(client.localAddress);
      accepted.abort();
      client.abort();
    }
    expect(order.join()).toBe("0,1,2,3,4");
    yield* listener.close();
  }),
);

test(
  "a kill or a timeout in accept leaves the listener as it was",
  inFiber(function* () {
    const listener = yield* listen(LOOPBACK);
    expect(yield* thrownBy(listener.accept({ timeout: 10 }))).toBeInstanceOf(Timeout);
    const killed = spawn(() => listener.accept());
    yield* sleep();
    yield* killed.kill();
    expect(listener.readable).toBe(false);
    for (const socket of yield* pair(listener)) socket.abort();
    yield* listener.close();
  }),
);

test(
  "one fiber waits in accept at a time",
  inFiber(function* () {
    const listener = yield* listen(LOOPBACK);
    const first = spawn({ name: "first" }, () => listener.accept());
    yield* sleep();
    const error = yield* thrownBy(listener.accept());
    expect(error).toBeInstanceOf(ConcurrentObjectUseError);
    expect(error).toMatchObject({ first: "first" });
    const near = yield* connect(listener.address);
    (yield* first).abort();
    near.abort();
    yield* listener.close();
  }),
);

test(
  "closing frees the port, tells who waits in accept, and cuts off who was not accepted",
  inFiber(function* () {
    const listener = yield* listen(LOOPBACK);
    const first = yield* connect(listener.address);
    while (!listener.readable) yield* sleep(1);
    const accepted = yield* listener.accept();
    const second = yield* connect(listener.address);
    while (!listener.readable) yield* sleep(1);
    yield* listener.close();
    expect(yield* cutOff(second)).toBe("");
    yield* accepted.sendAll("goes on");
    expect(text(yield* first.recv(10))).toBe("goes on");
    expect(yield* thrownBy(listener.accept())).toMatchObject({ code: "EBADF" });
    expect(listener.closed).toBe(true);
    yield* listener.close();
    const next = yield* listen(listener.address);
    const waiting = spawn(() => next.accept());
    yield* sleep();
    yield* next.close();
    const error = yield* thrownBy(waiting.get());
    expect(String(error)).toContain("it was closed in another fiber");
    for (const socket of [accepted, first]) socket.abort();
  }),
);

test(
  "an address in use is an error that says so",
  inFiber(function* () {
    const listener = yield* listen(LOOPBACK);
    const error = yield* thrownBy(listen(listener.address));
    expect(error).toBeInstanceOf(SocketError);
    expect(String(error)).toMatch(/Cannot listen on 127\.0\.0\.1:\d+: the address is in use/);
    yield* listener.close();
  }),
);

test(
  "listening and connecting work over a Unix socket",
  inFiber(function* () {
    const path = join(tmpdir(), `fibril-${process.pid}-${Date.now()}.sock`);
    expect(yield* thrownBy(connect({ path }))).toMatchObject({ code: "ENOENT" });
    const listener = yield* listen({ path });
    expect(listener.address).toEqual({ host: "", port: 0, path });
    const [near, far] = yield* pair(listener);
    yield* near.sendAll("by path");
    expect(text(yield* far.recv(10))).toBe("by path");
    near.abort();
    far.abort();
    yield* listener.close();
  }),
);

/** One connection over TLS says hello both ways. */
function* greet(listener: Listener, tls: object) {
  const accepting = spawn(() => listener.accept());
  const near = yield* connect(listener.address, { tls });
  const far = yield* accepting;
  yield* near.sendAll("hello over TLS\n");
  yield* far.sendAll(yield* far.readLine());
  expect(yield* near.readLine()).toBe("hello over TLS\n");
  yield* near.close();
  expect(yield* recvAll(far)).toBe("");
  yield* far.close();
}

test(
  "TLS: a client that trusts the certificate gets through, another one gets the reason",
  inFiber(function* () {
    const listener = yield* listen(LOOPBACK, { tls: certificate });
    yield* greet(listener, { ca: certificate.cert, servername: "localhost" });
    yield* greet(listener, { rejectUnauthorized: false });
    const error = yield* thrownBy(connect(listener.address, { tls: true }));
    expect(error).toMatchObject({ _tag: "SocketError" });
    expect(String(error)).toMatch(/self.signed/i);
    yield* listener.close();
  }),
);

test(
  "so many connections are held for accept, those beyond are closed",
  inFiber(function* () {
    const host = createServer();
    yield* until(new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve)));
    const listener = new Listener(host);
    const crowd = Array.from({ length: 1030 }, () => new HostSocket());
    for (const socket of crowd) host.emit("connection", socket);
    expect(crowd.map((socket) => socket.destroyed).indexOf(true)).toBe(1024);
    const first = yield* listener.accept();
    host.emit("connection", new HostSocket());
    expect(crowd.filter((socket) => socket.destroyed)).toHaveLength(6);
    yield* listener.close();
    expect(crowd.filter((socket) => !socket.destroyed)).toHaveLength(1);
    first.abort();
  }),
);

test(
  "a connection that breaks while it is held is accepted as one that is gone",
  inFiber(function* () {
    const host = createServer();
    yield* until(new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve)));
    const listener = new Listener(host);
    const broken = new HostSocket();
    host.emit("connection", broken);
    yield* until(new Promise((resolve) => broken.on("close", resolve).destroy(new Error("reset"))));
    const socket = yield* listener.accept();
    expect(socket.closed).toBe(true);
    expect(yield* thrownBy(socket.recv(1))).toMatchObject({ code: "ECONNABORTED" });
    yield* socket.close();
    yield* listener.close();
  }),
);

test(
  "a listen that is killed listens no more, also if its name was being looked up",
  inFiber(function* () {
    const listener = yield* listen(LOOPBACK);
    const { port } = listener.address;
    yield* listener.close();
    const killed = spawn(() => listen(`localhost:${port}`));
    yield* sleep();
    yield* killed.kill();
    yield* sleep(20);
    expect(yield* thrownBy(connect(`localhost:${port}`))).toMatchObject({ code: "ECONNREFUSED" });
  }),
);

test(
  "an accept that failed is thrown once, and the next one goes on",
  inFiber(function* () {
    const host = createServer();
    yield* until(new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve)));
    const listener = new Listener(host);
    host.emit("error", tooManyFiles());
    host.emit("error", tooManyFiles());
    const error = yield* thrownBy(listener.accept());
    expect(error).toMatchObject({ code: "EMFILE" });
    expect(String(error)).toContain("this process has too many files and sockets open");
    const accepting = spawn(() => listener.accept());
    const near = yield* connect(listener.address);
    (yield* accepting).abort();
    near.abort();
    yield* listener.close();
  }),
);
