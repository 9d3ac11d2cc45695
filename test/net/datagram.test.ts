import { sleep, spawn, Timeout } from "fibril";
import { select } from "fibril/channel";
import {
  bind,
  ConcurrentObjectUseError,
  DatagramServer,
  type DatagramSocket,
  SocketError,
} from "fibril/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ErrorLines, takeErrors } from "../harness/console.ts";
import { thrownBy } from "../harness/virtual.ts";
import { inFiber, LOOPBACK, text } from "./in-fiber.ts";

let errors: ErrorLines;
beforeEach(() => {
  errors = takeErrors();
});
afterEach(() => errors.release());

test(
  "datagrams arrive whole, with their sender, and are cut off at the size",
  inFiber(function* () {
    const [near, far] = [yield* bind(LOOPBACK), yield* bind("127.0.0.1:0")];
    expect(yield* near.sendTo("héllo", far.address)).toBe(6);
    const [data, sender] = yield* far.recvFrom();
    expect([text(data), sender]).toEqual(["héllo", near.address]);
    yield* far.sendTo(new Uint8Array([1, 2, 3]), sender);
    expect((yield* near.recvFrom(2))[0]).toEqual(new Uint8Array([1, 2]));
    yield* far.sendTo("", sender);
    expect((yield* near.recvFrom())[0].length).toBe(0);
    yield* near.close();
    yield* far.close();
  }),
);

test(
  "a timeout, a kill or a select that comes second loses no datagram",
  inFiber(function* () {
    const [near, far] = [yield* bind(LOOPBACK), yield* bind(LOOPBACK)];
    expect(yield* thrownBy(far.recvFrom(10, { timeout: 5 }))).toBeInstanceOf(Timeout);
    const killed = spawn(() => far.recvFrom());
    yield* sleep();
    yield* killed.kill();
    const first = yield* select({ datagram: far.recvFrom(), late: sleep(5) });
    expect(first.key).toBe("late");
    yield* near.sendTo("kept", far.address);
    while (!far.readable) yield* sleep(1);
    expect(text((yield* far.recvFrom())[0])).toBe("kept");
    expect(far.readable).toBe(false);
    yield* near.close();
    yield* far.close();
  }),
);

test(
  "one fiber waits in recvFrom at a time; closing tells it",
  inFiber(function* () {
    const socket = yield* bind(LOOPBACK);
    const first = spawn({ name: "first" }, () => socket.recvFrom());
    yield* sleep();
    const error = yield* thrownBy(socket.recvFrom());
    expect(error).toBeInstanceOf(ConcurrentObjectUseError);
    expect(error).toMatchObject({ first: "first" });
    yield* socket.close();
    expect(String(yield* thrownBy(first.get()))).toContain("it was closed in another fiber");
    expect(yield* thrownBy(socket.recvFrom())).toMatchObject({ code: "EBADF" });
    expect(yield* thrownBy(socket.sendTo("x", socket.address))).toMatchObject({ code: "EBADF" });
    expect(socket.closed).toBe(true);
    yield* socket.close();
  }),
);

test("what is no address, size or data is refused", async () => {
  const socket: DatagramSocket = await bind(LOOPBACK);
  expect(() => bind({ path: "/tmp/x" })).toThrow("datagrams go to ports");
  expect(() => bind("nowhere")).toThrow(TypeError);
  expect(() => socket.recvFrom(0)).toThrow(RangeError);
  expect(() => socket.sendTo(5 as never, 80)).toThrow(TypeError);
  expect(() => socket.sendTo("x", 0)).toThrow("Cannot sendTo port 0");
  const error = await bind(socket.address).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(SocketError);
  expect(error).toMatchObject({ code: "EADDRINUSE" });
  const tooLong = socket.sendTo(new Uint8Array(70_000), socket.address);
  await expect(Promise.resolve(tooLong)).rejects.toMatchObject({ code: "EMSGSIZE" });
  await socket[Symbol.asyncDispose]();
});

test(
  "a DatagramServer runs a handler for each datagram, of any kind; one that fails is reported",
  inFiber(function* () {
    const server: DatagramServer = new DatagramServer(LOOPBACK, function* (data, address) {
      yield* sleep(1);
      if (text(data) === "fail") throw new Error("as asked");
      yield* server.sendTo(text(data).toUpperCase(), address);
    });
    expect(yield* thrownBy(server.sendTo("x", 80))).toMatchObject({ code: "EBADF" });
    yield* server.start();
    expect([server.started, server.port > 0]).toEqual([true, true]);
    const socket = yield* bind(LOOPBACK);
    yield* socket.sendTo("fail", server.address);
    yield* socket.sendTo("one", server.address);
    expect(text((yield* socket.recvFrom())[0])).toBe("ONE");
    expect(errors.lines).toHaveLength(1);
    expect(errors.lines[0]).toMatch(
      /^DatagramServer 127\.0\.0\.1:0: the handler of 127\.0\.0\.1:\d+ failed: Error: as asked/,
    );
    yield* server.stop();
    yield* server.start();
    yield* socket.sendTo("again", server.address);
    expect(text((yield* socket.recvFrom())[0])).toBe("AGAIN");
    yield* server.stop();
    yield* socket.close();
  }),
);

test(
  "while its pool is full datagrams wait in their order",
  inFiber(function* () {
    const trace: string[] = [];
    const listener = yield* bind(LOOPBACK);
    const handle = function* (data: Uint8Array) {
      trace.push(`begin ${text(data)}`);
      yield* sleep(5);
      trace.push(`end ${text(data)}`);
    };
    const server = new DatagramServer(listener, handle, { spawn: 1 });
    yield* server.start();
    const socket = yield* bind(LOOPBACK);
    for (const name of ["a", "b", "c"]) yield* socket.sendTo(name, server.address);
    while (trace.length < 6) yield* sleep(1);
    expect(trace).toEqual(["begin a", "end a", "begin b", "end b", "begin c", "end c"]);
    yield* server.stop();
    expect(listener.closed).toBe(true);
    yield* socket.close();
  }),
);
