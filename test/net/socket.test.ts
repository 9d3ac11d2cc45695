import * as Effect from "effect/Effect";
import { sleep, spawn, Timeout, type Wait } from "fibril";
import { select } from "fibril/channel";
import {
  bind,
  ConcurrentObjectUseError,
  connect,
  LineTooLong,
  listen,
  SocketError,
} from "fibril/server";
import { assertNoLeaks, type Leak } from "fibril/testing";
import { expect, test } from "vitest";
import { thrownBy } from "../harness/virtual.ts";
import { connected, cutOff, inFiber, LOOPBACK, recvAll, text } from "./in-fiber.ts";

test(
  "recv gives what is there, at most so many bytes, and no bytes at the end",
  connected(function* (near, far) {
    yield* near.sendAll("hello");
    expect(yield* far.recv(4)).toEqual(new Uint8Array([104, 101, 108, 108]));
    expect(text(yield* far.recv(1024))).toBe("o");
    void near.shutdown();
    const end = yield* far.recv(1024);
    expect([end.length, (yield* far.recv(1)).length]).toEqual([0, 0]);
    yield* far.sendAll("still open this way");
    expect(text(yield* near.recv(1024))).toBe("still open this way");
  }),
);

test(
  "send takes text and bytes in any view, and gives their number",
  connected(function* (near, far) {
    const bytes = new TextEncoder().encode("[é]");
    const sent = [
      yield* near.send("é€\n"),
      yield* near.send(bytes.subarray(1, 3)),
      yield* near.send(new DataView(bytes.buffer, 0, 1)),
      yield* near.send(bytes.buffer),
      yield* near.send(""),
    ];
    void near.shutdown();
    expect(sent).toEqual([6, 2, 1, 4, 0]);
    expect(yield* recvAll(far)).toBe("é€\né[[é]");
  }),
);

test(
  "what send was given may be written over at once",
  connected(function* (near, far) {
    const bytes = new TextEncoder().encode("before");
    yield* near.send(bytes);
    bytes.fill(0);
    expect(text(yield* far.recv(10))).toBe("before");
  }),
);

test(
  "readLine gives each line with its end, then what is left, then nothing",
  connected(function* (near, far) {
    const bytes = new TextEncoder().encode("one\r\n\ntw€\nthree");
    const lines = spawn(function* () {
      const got: string[] = [];
      for (let i = 0; i < 6; i++) got.push(yield* far.readLine());
      return got;
    });
    // Byte by byte, so that lines and letters are cut in pieces.
    for (const byte of bytes) {
      yield* near.sendAll(new Uint8Array([byte]));
      yield* sleep(1);
    }
    void near.shutdown();
    expect(yield* lines).toEqual(["one\r\n", "\n", "tw€\n", "three", "", ""]);
  }),
);

test(
  "readLine and recv share what has come",
  connected(function* (near, far) {
    yield* near.sendAll("head\nbody and more\nrest");
    expect(yield* far.readLine()).toBe("head\n");
    expect(text(yield* far.recv(9))).toBe("body and ");
    expect(yield* far.readLine()).toBe("more\n");
    void near.shutdown();
    expect(yield* recvAll(far)).toBe("rest");
  }),
);

test(
  "a line beyond the limit is an error that loses nothing",
  connected(function* (near, far) {
    yield* near.sendAll("12345678\n");
    const error = yield* thrownBy(far.readLine({ limit: 8 }));
    expect(error).toBeInstanceOf(LineTooLong);
    expect(error).toMatchObject({ _tag: "LineTooLong", limit: 8 });
    expect(yield* far.readLine({ limit: 9 })).toBe("12345678\n");
    yield* near.sendAll("no end yet");
    expect(yield* thrownBy(far.readLine({ limit: 9 }))).toBeInstanceOf(LineTooLong);
    expect(text(yield* far.recv(100))).toBe("no end yet");
  }),
);

test(
  "a timeout, a kill or a signal at a wait loses nothing, and the socket can be used further",
  connected(function* (near, far) {
    yield* near.sendAll("half a line");
    expect(yield* thrownBy(far.readLine({ timeout: 10 }))).toBeInstanceOf(Timeout);
    const killed = spawn(() => far.readLine());
    yield* sleep(1);
    yield* killed.kill();
    const aborted = AbortSignal.abort("enough");
    expect(yield* thrownBy(far.readLine({ signal: aborted }))).toBe("enough");
    const aborting = new AbortController();
    const waiting = spawn(() => far.readLine({ signal: aborting.signal }));
    yield* sleep(1);
    aborting.abort("now");
    expect(yield* thrownBy(waiting.get())).toBe("now");
    yield* near.sendAll(", the other half\n");
    expect(yield* far.readLine()).toBe("half a line, the other half\n");
    expect(yield* thrownBy(far.recv(1, { timeout: 10 }))).toBeInstanceOf(Timeout);
    yield* near.sendAll("x");
    expect(text(yield* far.recv(1))).toBe("x");
  }),
);

test(
  "select takes recv, and one that comes second has taken nothing",
  connected(function* (near, far) {
    const first = yield* select({ data: far.recv(10), late: sleep(10) });
    expect(first.key).toBe("late");
    yield* near.sendAll("data");
    const second = yield* select({ data: far.recv(10), late: sleep("1 minute") });
    expect(second.key === "data" && text(second.value)).toBe("data");
  }),
);

test(
  "a second fiber that waits on the same side gets an error with both names, the first is unaffected",
  connected(function* (near, far) {
    const reader = spawn({ name: "reader" }, () => far.recv(10));
    yield* sleep();
    const second = spawn({ name: "second" }, () => far.readLine());
    const error = yield* thrownBy(second.get());
    expect(error).toBeInstanceOf(ConcurrentObjectUseError);
    expect(error).toMatchObject({ first: "reader", second: "second" });
    expect(String(error)).toContain('in fiber "second": fiber "reader" already waits there');
    // The other side is free.
    yield* far.sendAll("hello");
    expect(text(yield* near.recv(10))).toBe("hello");
    yield* near.sendAll("there");
    expect(text(yield* reader)).toBe("there");
    const both = select([far.recv(1), far.recv(1)]);
    expect(yield* thrownBy(both)).toBeInstanceOf(ConcurrentObjectUseError);
  }),
);

test(
  "closing gives those who wait a clear error, and all who come later",
  connected(function* (near, far) {
    const reader = spawn(() => far.recv(10));
    yield* sleep();
    yield* far.close();
    const error = yield* thrownBy(reader.get());
    expect(error).toBeInstanceOf(SocketError);
    expect(error).toMatchObject({ _tag: "SocketError", code: "EBADF" });
    expect(String(error)).toMatch(
      /Cannot recv from 127\.0\.0\.1:\d+: it was closed in another fiber/,
    );
    for (const late of [far.recv(1), far.readLine(), far.send("x"), far.sendAll("x")]) {
      expect(yield* thrownBy(late)).toMatchObject({ code: "EBADF" });
    }
    expect([far.closed, far.readable, far.writable]).toEqual([true, true, true]);
    yield* far.close();
    yield* far.shutdown();
    expect((yield* near.recv(1)).length).toBe(0);
  }),
);

/** More than all buffers of the system between two ends. */
const MUCH = 32 * 1024 * 1024;

test(
  "a sender waits for a receiver that does not read, and so do those who send after it",
  connected(function* (near, far) {
    const trace: string[] = [];
    const sender = spawn(function* () {
      yield* near.sendAll(new Uint8Array(MUCH));
      trace.push("sent");
    });
    yield* sleep(50);
    expect(near.writable).toBe(false);
    expect(yield* thrownBy(near.send("x"))).toBeInstanceOf(ConcurrentObjectUseError);
    trace.push("begin to read");
    let got = 0;
    while (got < MUCH) got += (yield* far.recv(1024 * 1024)).length;
    yield* sender;
    expect(trace).toEqual(["begin to read", "sent"]);
    expect(got).toBe(MUCH);
  }),
);

test(
  "after a sendAll that was struck send waits for its rest, with nothing sent if it is struck itself",
  connected(function* (near, far) {
    expect(yield* thrownBy(near.sendAll(new Uint8Array(MUCH), { timeout: 20 }))).toBeInstanceOf(
      Timeout,
    );
    expect(yield* thrownBy(near.send("never", { timeout: 20 }))).toBeInstanceOf(Timeout);
    const last = spawn(() => near.send("last"));
    let got = 0;
    while (got < MUCH) got += (yield* far.recv(MUCH - got)).length;
    expect(yield* last).toBe(4);
    expect(text(yield* far.recv(10))).toBe("last");
  }),
);

test(
  "closing after a sendAll that was struck does not wait for a receiver that never reads",
  connected(function* (near, far) {
    const sender = spawn(function* () {
      try {
        yield* near.sendAll(new Uint8Array(MUCH));
      } finally {
        yield* near.close();
      }
    });
    yield* sleep(20);
    yield* sender.kill();
    expect(near.closed).toBe(true);
    expect(far.closed).toBe(false);
  }),
);

test(
  "what was given to send before a close still arrives",
  connected(function* (near, far) {
    yield* near.send(new Uint8Array(MUCH));
    const closing = spawn(() => near.close());
    let got = 0;
    for (let n = 1; n > 0; got += n) n = (yield* far.recv(1024 * 1024)).length;
    expect(got).toBe(MUCH);
    yield* far.close();
    yield* closing;
  }),
);

test(
  "nothing is sent after shutdown, nothing is read after shutdown of the reading side",
  connected(function* (near, far) {
    yield* near.sendAll("before");
    yield* near.shutdown("write");
    expect(yield* thrownBy(near.sendAll("after"))).toMatchObject({ code: "EPIPE" });
    expect(yield* recvAll(far)).toBe("before");
    yield* far.sendAll("unread");
    const reader = spawn(() => near.recv(1));
    void near.shutdown("read");
    expect((yield* reader).length).toBeLessThan(2);
    expect((yield* near.recv(1)).length).toBe(0);
    expect(() => far.shutdown("w" as never)).toThrow(TypeError);
    yield* far.shutdown("both");
  }),
);

test(
  "an abort is seen by the other end, at once or at its next word",
  connected(function* (near, far) {
    const reader = spawn(cutOff, far);
    yield* sleep(1);
    near.abort();
    expect([yield* reader, near.closed]).toEqual(["", true]);
  }),
);

test(
  "nobody listens: connect fails with the code, and says so",
  inFiber(function* () {
    const listener = yield* listen(LOOPBACK);
    yield* listener.close();
    const { port } = listener.address;
    const error = yield* thrownBy(connect(listener.address));
    expect(error).toMatchObject({ _tag: "SocketError", code: "ECONNREFUSED" });
    expect((error as Error).message).toBe(
      `Cannot connect to 127.0.0.1:${port}: nobody listens there (ECONNREFUSED)`,
    );
  }),
);

test(
  "a connect that is timed out or killed destroys the half-open socket",
  inFiber(function* () {
    const listener = yield* listen(LOOPBACK);
    // It never answers the handshake.
    const first = spawn(() => listener.accept());
    const late = connect(listener.address, { tls: true, timeout: 50 });
    expect(yield* thrownBy(late)).toBeInstanceOf(Timeout);
    yield* cutOff(yield* first);
    const killed = spawn(() => connect(listener.address, { tls: true }));
    const second = yield* listener.accept();
    yield* killed.kill();
    yield* cutOff(second);
    yield* listener.close();
  }),
);

test(
  "an address has several forms",
  inFiber(function* () {
    const listener = yield* listen({ port: 0, host: "127.0.0.1" });
    const { host, port } = listener.address;
    expect(host).toBe("127.0.0.1");
    for (const form of [
      `127.0.0.1:${port}`,
      ["127.0.0.1", port],
      { host, port },
      { port },
      port,
      `:${port}`,
      `localhost:${port}`,
    ] as const) {
      const near = yield* connect(form);
      const far = yield* listener.accept();
      expect([near.remoteAddress.port, far.localAddress.port]).toEqual([port, port]);
      expect(far.remoteAddress).toEqual(near.localAddress);
      near.abort();
      far.abort();
    }
    yield* listener.close();
  }),
);

test("what is no address, size or option is refused at the call", () => {
  const refused = (address: unknown) => () => connect(address as never);
  for (const wrong of ["localhost", "host:x", null, {}, { host: "x" }, ["x"], true, "/tmp/x:1"]) {
    expect(refused(wrong), String(wrong)).toThrow(TypeError);
  }
  expect(refused("localhost")).toThrow('Cannot connect to "localhost": pass a port, "host:port"');
  for (const wrong of [-1, 65_536, 1.5, Number.NaN, 0, ["x", 70_000]]) {
    expect(refused(wrong), String(wrong)).toThrow(RangeError);
  }
  expect(() => connect(1, 5 as never)).toThrow("Cannot connect with 5 as options");
  expect(() => listen(1, { backlog: -1 })).toThrow(RangeError);
  expect(() => listen(1, { backlog: "5" as never })).toThrow(TypeError);
});

test(
  "what is no size or data is refused at the call",
  connected(function* (near) {
    expect(() => near.recv(0)).toThrow("Cannot recv 0 bytes: pass an integer > 0");
    expect(() => near.recv(1.5)).toThrow(RangeError);
    expect(() => near.recv("5" as never)).toThrow(TypeError);
    expect(() => near.recv(5, 5 as never)).toThrow("Cannot recv with 5 as options");
    expect(() => near.readLine({ limit: -1 })).toThrow(RangeError);
    expect(() => near.send(5 as never)).toThrow("Cannot send 5: pass a string or a Uint8Array");
    expect(() => near.sendAll(null as never)).toThrow(TypeError);
    yield* sleep();
  }),
);

test("sockets work in async functions and in Effect programs, where their errors are typed", async () => {
  const listener = await listen(LOOPBACK);
  const near = await connect(listener.address);
  const far = await listener.accept();
  await near.sendAll("from an async function\n");
  const program = Effect.gen(function* () {
    const line = yield* far.readLine();
    yield* far.close();
    const code = yield* far.recv(1).pipe(
      Effect.as("none"),
      Effect.catchTag("SocketError", (error) => Effect.succeed(error.code)),
    );
    return [line, code];
  });
  expect(await Effect.runPromise(program)).toEqual(["from an async function\n", "EBADF"]);
  expect((await near.recv(1)).length).toBe(0);
  await near[Symbol.asyncDispose]();
  expect(near.closed).toBe(true);
  listener[Symbol.dispose]();
});

test(
  "a byte order mark is part of the line",
  connected(function* (near, far) {
    yield* near.sendAll("\uFEFFtext\n");
    expect(yield* far.readLine()).toBe("\uFEFFtext\n");
  }),
);

test(
  "what is left open is a leak that is named",
  inFiber(function* () {
    const opened: { close(): Wait<void> }[] = [];
    const body = assertNoLeaks(function* () {
      const listener = yield* listen(LOOPBACK);
      const near = yield* connect(listener.address);
      const closed = yield* listener.accept();
      opened.push(listener, near, yield* bind(LOOPBACK));
      yield* closed.close();
    });
    const error = (yield* thrownBy(body)) as Error & { leaks: readonly Leak[] };
    const leaks = error.leaks.filter(({ kind }) => kind !== "resource");
    expect(leaks.map(({ kind }) => kind).toSorted()).toEqual([
      "datagram socket",
      "listener",
      "socket",
    ]);
    expect(leaks.every(({ name }) => /^127\.0\.0\.1:\d+$/.test(name))).toBe(true);
    for (const each of opened) yield* each.close();
  }),
);

test(
  "an op is a description: run by two fibers in turn, it happens twice",
  connected(function* (near, far) {
    const recv = far.recv(1);
    const send = near.sendAll("ab");
    yield* send;
    yield* send;
    const got = [];
    for (let i = 0; i < 4; i++) got.push(text(yield* recv));
    expect(got.join("")).toBe("abab");
  }),
);
