import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { killAll, sleep, spawn, until, withTimeout } from "fibril";
import { Queue } from "fibril/queue";
import { afterEach, beforeEach, expect } from "vitest";
import { fiberTest, inFibers, numbers, type Steps, unpatched } from "./fibers.ts";
import { openSite } from "./site.ts";

const { WebSocket, WebSocketServer } = await import("ws");
type Socket = InstanceType<typeof WebSocket>;
type Server = InstanceType<typeof WebSocketServer>;

let server: Server;
let url: string;

beforeEach(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => {
    socket.on("error", () => {});
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await once(server, "listening");
  url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});
afterEach(async () => {
  for (const client of server.clients) client.terminate();
  await new Promise((done) => server.close(done));
});

/** Resolves when the server has no client any more. */
async function deserted(): Promise<void> {
  while (server.clients.size > 0) {
    const [client] = server.clients;
    if (client !== undefined) await once(client, "close");
  }
}

/** A message of n bytes that differs from all others, as text or not. */
const message = (n: number): string | Buffer =>
  n % 2 === 0 ? `text ${n} `.repeat(n) : Buffer.alloc(n * 10, n);

/** Sends so many messages and gives what comes back. */
async function talk(first: number, count: number): Promise<string[]> {
  const socket = new WebSocket(url);
  await once(socket, "open");
  const echoes: string[] = [];
  const done = new Promise<void>((resolve) => {
    socket.on("message", (data: Buffer, isBinary) => {
      echoes.push(`${isBinary} ${data.toString("latin1")}`);
      if (echoes.length === count) resolve();
    });
  });
  for (const n of numbers(count)) socket.send(message(first + n));
  await done;
  socket.close();
  await once(socket, "close");
  return echoes;
}

/** The same, in the way of a fiber: one that reads takes what a listener has put into a queue. */
function* talkFromFiber(first: number, count: number): Steps<string[]> {
  const socket = new WebSocket(url);
  const inbox = new Queue<string>();
  socket.on("message", (data: Buffer, isBinary) => {
    inbox.putNowait(`${isBinary} ${data.toString("latin1")}`);
  });
  yield* until(once(socket, "open"));
  const echoes: string[] = [];
  for (const n of numbers(count)) socket.send(message(first + n));
  while (echoes.length < count) echoes.push((yield* inbox.get()) as string);
  socket.close();
  yield* until(once(socket, "close"));
  return echoes;
}

fiberTest("thirty fibers get hundreds of echoes each as they do unpatched", function* () {
  const plain = yield* until(unpatched(() => Promise.all(numbers(30).map((n) => talk(n, 60)))));
  const all = yield* inFibers(
    30,
    (n) => talkFromFiber(n, 60),
    (n) => talk(n, 60),
  );
  expect(all).toEqual(plain);
});

fiberTest("a kill lets the fiber close its socket, and leaves those of others", function* () {
  const opened = new Queue<Socket>();
  const fibers = numbers(20).map(() =>
    spawn(function* () {
      const socket = new WebSocket(url);
      try {
        yield* until(once(socket, "open"));
        yield* opened.put(socket);
        yield* until(once(socket, "message"));
      } finally {
        socket.terminate();
      }
    }),
  );
  const others = numbers(10).map((n) => spawn(() => talk(n, 50)));
  for (const _ of fibers) yield* opened.get();
  yield* killAll(fibers);
  for (const other of others) expect((yield* other).length).toBe(50);
  yield* until(deserted());
});

fiberTest("a kill ends a handshake that nobody answers", function* () {
  const site = yield* until(unpatched(openSite));
  const errors: string[] = [];
  const fibers = numbers(10).map((n) =>
    spawn(async () => {
      const socket = new WebSocket(site.url.replace("http", "ws") + (n % 2 ? "/hang" : "/mute"));
      socket.on("error", ({ message }) => errors.push(message));
      await once(socket, "open").catch(() => {});
    }),
  );
  yield* until(site.underWay(5));
  yield* killAll(fibers);
  yield* until(site.finish());
  site.close();
  expect(errors.length).toBe(fibers.length);
});

fiberTest(
  "a server of a fiber is closed with it, and its clients are told what they are without",
  function* () {
    const ready = new Queue<number>();
    const fiber = spawn(function* () {
      const mine = new WebSocketServer({ port: 0, host: "127.0.0.1" });
      mine.on("connection", (socket) => socket.send("hello"));
      try {
        yield* until(once(mine, "listening"));
        yield* ready.put((mine.address() as AddressInfo).port);
        yield* sleep("1 minute");
      } finally {
        for (const client of mine.clients) client.terminate();
        mine.close();
        yield* until(once(mine, "close"));
      }
    });
    const port = yield* ready.get();
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`);
    const [greeting] = yield* until(once(socket, "message"));
    expect(String(greeting)).toBe("hello");
    const closed = once(socket, "close");
    yield* fiber.kill();
    expect((yield* until(closed))[0]).toBe(1006);
    const refused = new WebSocket(`ws://127.0.0.1:${port}/`);
    const [error] = yield* until(once(refused, "error"));
    expect((error as NodeJS.ErrnoException).code).toBe("ECONNREFUSED");
  },
);

fiberTest("a timeout while it waits for a message takes nothing but the wait", function* () {
  const socket = new WebSocket(url);
  yield* until(once(socket, "open"));
  const none = yield* withTimeout(5, until(once(socket, "message")), { value: "none" });
  expect(none).toBe("none");
  const echo = once(socket, "message");
  socket.send("still open");
  expect(String((yield* until(echo))[0])).toBe("still open");
  socket.close();
  yield* until(once(socket, "close"));
});
