import { type Fiber, getHub, joinAll, sleep, spawn, type Yieldable } from "fibril";
import { select as selectFirst } from "fibril/channel";
import {
  DefaultSelector,
  EpollSelector,
  EVENT_READ,
  EVENT_WRITE,
  KeyError,
  type Pollable,
  PollSelector,
  type Ready,
  SelectorKey,
  SelectSelector,
  select,
} from "fibril/selectors";
import { bind, connect, type Listener, listen, type Socket } from "fibril/server";
import { PIPE, Popen } from "fibril/subprocess";
import { afterEach, expect, test } from "vitest";
import { thrownBy } from "../harness/virtual.ts";

afterEach(() => expect(getHub().fibers.map(({ name }) => name)).toEqual([]));

/** A test whose body is a fiber. */
const inFiber = (body: () => Generator<Yieldable, void, never>) => async () => {
  await spawn(body);
};

/** Both ends of a connection, and the listener that it came by. */
function* connected() {
  const listener = yield* listen("127.0.0.1:0");
  const client = yield* connect(listener.address);
  return { listener, client, server: yield* listener.accept() };
}

function* closeAll(...all: (Socket | Listener)[]) {
  for (const each of all) yield* each.close();
}

const BIG = 32 * 1024 * 1024;

/** What a select gave, by data and mask. */
const shown = <D>(ready: Ready<D, Pollable>) => ready.map(([key, mask]) => [key.data, mask]);

test(
  "a listener is readable when a connection waits, a socket when data or the end came",
  inFiber(function* () {
    const listener = yield* listen("127.0.0.1:0");
    const selector = new DefaultSelector<string>();
    selector.register(listener, EVENT_READ, "listener");
    expect(yield* selector.select({ timeout: 0 })).toEqual([]);
    const client = yield* connect(listener.address);
    expect(shown(yield* selector.select())).toEqual([["listener", EVENT_READ]]);
    const server = yield* listener.accept();
    selector.register(server, EVENT_READ, "server");
    expect(shown(yield* selector.select({ timeout: 20 }))).toEqual([]);
    yield* client.sendAll("data");
    expect(shown(yield* selector.select())).toEqual([["server", EVENT_READ]]);
    yield* server.recv(100);
    yield* client.close();
    expect(shown(yield* selector.select())).toEqual([["server", EVENT_READ]]);
    expect(yield* server.recv(100)).toHaveLength(0);
    selector.close();
    yield* closeAll(server, listener);
  }),
);

test(
  "what is ready is told again until somebody has dealt with it",
  inFiber(function* () {
    const { listener, client, server } = yield* connected();
    const selector = new DefaultSelector<string>();
    selector.register(server, EVENT_READ, "server");
    yield* client.sendAll("ab");
    for (let i = 0; i < 3; i++) expect(yield* selector.select()).toHaveLength(1);
    yield* server.recv(1);
    expect(yield* selector.select()).toHaveLength(1);
    yield* server.recv(1);
    expect(yield* selector.select({ timeout: 0 })).toEqual([]);
    selector.close();
    yield* closeAll(client, server, listener);
  }),
);

test(
  "a socket is writable until it is full, and again when the other end has read",
  inFiber(function* () {
    const { listener, client, server } = yield* connected();
    const selector = new DefaultSelector<string>();
    selector.register(client, EVENT_READ | EVENT_WRITE, "client");
    expect(shown(yield* selector.select())).toEqual([["client", EVENT_WRITE]]);
    // More than the system's own buffers hold.
    const sending = spawn(() => client.sendAll(new Uint8Array(BIG)));
    yield* sleep();
    expect(yield* selector.select({ timeout: 50 })).toEqual([]);
    const reading = spawn(function* () {
      for (let left = BIG; left > 0; ) left -= (yield* server.recv(65_536)).length;
    });
    expect(shown(yield* selector.select())).toEqual([["client", EVENT_WRITE]]);
    yield* joinAll([sending, reading]);
    yield* server.sendAll("back");
    yield* select([client], []);
    expect(shown(yield* selector.select())).toEqual([["client", EVENT_READ | EVENT_WRITE]]);
    selector.modify(client, EVENT_READ, "reader");
    expect(shown(yield* selector.select())).toEqual([["reader", EVENT_READ]]);
    selector.close();
    yield* closeAll(client, server, listener);
  }),
);

test(
  "a waiting select is woken by what comes, is registered or is modified meanwhile",
  inFiber(function* () {
    const { listener, client, server } = yield* connected();
    const selector = new DefaultSelector<string>();
    const waiting = (): Fiber<Ready<string, Pollable>> => spawn(() => selector.select());
    const first = waiting();
    yield* sleep();
    expect(first.parkReason).toBe("select of 0");
    selector.register(server, EVENT_READ, "read");
    yield* client.sendAll("x");
    expect(shown(yield* first)).toEqual([["read", EVENT_READ]]);
    yield* server.recv(1);
    const second = waiting();
    yield* sleep();
    selector.modify(server, EVENT_WRITE, "write");
    expect(shown(yield* second)).toEqual([["write", EVENT_WRITE]]);
    selector.unregister(server);
    const both = [waiting(), waiting()];
    yield* sleep();
    selector.register(client, EVENT_WRITE, "both");
    expect((yield* joinAll(both)).map(shown)).toEqual([
      [["both", EVENT_WRITE]],
      [["both", EVENT_WRITE]],
    ]);
    selector.close();
    yield* closeAll(client, server, listener);
  }),
);

test(
  "a select that is killed or timed out leaves nothing behind; it can be one of several waits",
  inFiber(function* () {
    const { listener, client, server } = yield* connected();
    const selector = new DefaultSelector();
    selector.register(server, EVENT_READ);
    const killed = spawn(() => selector.select());
    yield* sleep();
    yield* killed.kill();
    expect(yield* selector.select({ timeout: -1 })).toEqual([]);
    expect(yield* selector.select({ timeout: 10 })).toEqual([]);
    const first = yield* selectFirst({ ready: selector.select(), late: sleep(10) });
    expect(first.key).toBe("late");
    yield* client.sendAll("x");
    const second = yield* selectFirst({ ready: selector.select(), late: sleep("1 minute") });
    expect(second.key).toBe("ready");
    expect(() => selector.select(5 as never)).toThrow(TypeError);
    selector.close();
    yield* closeAll(client, server, listener);
  }),
);

test(
  "keys tell what was registered; the map changes along",
  inFiber(function* () {
    const { listener, client, server } = yield* connected();
    const selector = new DefaultSelector<string>();
    const map = selector.getMap();
    const key = selector.register(client, EVENT_READ, "data");
    expect(key).toBeInstanceOf(SelectorKey);
    expect([key.fileobj === client, key.events, key.data]).toEqual([true, EVENT_READ, "data"]);
    expect(Number.isInteger(key.fd)).toBe(true);
    expect([selector.getKey(client) === key, map.get(client) === key, map.size]).toEqual([
      true,
      true,
      1,
    ]);
    const modified = selector.modify(client, EVENT_WRITE);
    expect([modified.events, modified.data, modified.fd]).toEqual([EVENT_WRITE, undefined, key.fd]);
    expect(selector.register(server, EVENT_READ).fd).not.toBe(key.fd);
    expect(selector.unregister(client)).toBe(modified);
    expect([...map.keys()].map((each) => each === server)).toEqual([true]);
    selector.close();
    expect(map.size).toBe(0);
    yield* closeAll(client, server, listener);
  }),
);

test(
  "bad input is refused: twice, unknown, no events, no socket, closed",
  inFiber(function* () {
    const listener = yield* listen("127.0.0.1:0");
    const selector = new DefaultSelector();
    selector.register(listener, EVENT_READ);
    expect(() => selector.register(listener, EVENT_READ)).toThrow("already registered");
    expect(() => selector.register(listener, EVENT_READ)).toThrow(KeyError);
    for (const events of [0, 4, -1, 1.5, Number.NaN]) {
      expect(() => selector.modify(listener, events)).toThrow(RangeError);
    }
    expect(() => selector.register({} as never, EVENT_READ)).toThrow(TypeError);
    expect(() => selector.register(null as never, EVENT_READ)).toThrow(TypeError);
    expect(() => selector.register(listener, "r" as never)).toThrow(TypeError);
    selector.unregister(listener);
    for (const unknown of [
      () => selector.unregister(listener),
      () => selector.modify(listener, EVENT_READ),
      () => selector.getKey(listener),
    ]) {
      expect(unknown).toThrow(KeyError);
    }
    expect(() => selector.register(listener, 3 << 1)).toThrow(RangeError);
    expect(selector.getMap().size).toBe(0);
    selector.close();
    selector.close();
    expect(() => selector.register(listener, EVENT_READ)).toThrow("the selector is closed");
    expect(String(yield* thrownBy(selector.select()))).toContain("the selector is closed");
    yield* listener.close();
  }),
);

test(
  "closing the selector ends the waits on it, and leaves the sockets open",
  inFiber(function* () {
    const { listener, client, server } = yield* connected();
    const selector = new DefaultSelector();
    selector.register(server, EVENT_READ);
    const waiting = spawn(() => thrownBy(selector.select()));
    yield* sleep();
    selector[Symbol.dispose]();
    expect(String(yield* waiting)).toContain("the selector is closed");
    yield* client.sendAll("x");
    expect(yield* server.recv(1)).toHaveLength(1);
    yield* closeAll(client, server, listener);
  }),
);

test(
  "a socket may be unregistered after it was closed",
  inFiber(function* () {
    const { listener, client, server } = yield* connected();
    const selector = new DefaultSelector<string>();
    selector.register(server, EVENT_READ, "server");
    yield* server.close();
    // It would throw, and not wait.
    expect(shown(yield* selector.select())).toEqual([["server", EVENT_READ]]);
    expect(selector.unregister(server).data).toBe("server");
    expect(yield* selector.select({ timeout: 0 })).toEqual([]);
    selector.close();
    yield* closeAll(client, listener);
  }),
);

test(
  "datagrams and the pipes of children can be selected",
  inFiber(function* () {
    const [here, there] = [yield* bind("127.0.0.1:0"), yield* bind("127.0.0.1:0")];
    const child = new Popen(["cat"], { stdin: PIPE, stdout: PIPE, text: true });
    const selector = new DefaultSelector<string>();
    selector.register(here, EVENT_READ, "datagram");
    selector.register(child.stdout, EVENT_READ, "stdout");
    expect(yield* selector.select({ timeout: 0 })).toEqual([]);
    yield* there.sendTo("ping", here.address);
    expect(shown(yield* selector.select())).toEqual([["datagram", EVENT_READ]]);
    yield* here.recvFrom();
    yield* child.stdin.write("line\n");
    expect(shown(yield* selector.select())).toEqual([["stdout", EVENT_READ]]);
    expect(yield* child.stdout.readLine()).toBe("line\n");
    selector.register(child.stdin, EVENT_WRITE, "stdin");
    expect(shown(yield* selector.select())).toEqual([["stdin", EVENT_WRITE]]);
    child.stdin.close();
    yield* child.wait();
    selector.close();
    yield* here.close();
    yield* there.close();
  }),
);

test(
  "the select function takes lists, and gives those that are ready",
  inFiber(function* () {
    const { listener, client, server } = yield* connected();
    expect(yield* select([], [], [], { timeout: 10 })).toEqual([[], [], []]);
    const nothing = yield* select([client, server, listener], [], [], { timeout: 0 });
    expect(nothing).toEqual([[], [], []]);
    // Both can be written at once, in the order of the list.
    const [, writable, exceptional] = yield* select([client, server], [server, client]);
    expect([writable.map(nameOf), exceptional]).toEqual([["server", "client"], []]);
    yield* client.sendAll("x");
    expect((yield* select([client, server], [])).map((each) => each.map(nameOf))).toEqual([
      ["server"],
      [],
      [],
    ]);
    expect(() => select([5 as never], [])).toThrow(TypeError);
    yield* closeAll(client, server, listener);

    function nameOf(socket: Socket): string {
      return socket === server ? "server" : "client";
    }
  }),
);

test("the selectors of other systems are the same one", () => {
  expect([SelectSelector, PollSelector, EpollSelector]).toEqual(Array(3).fill(DefaultSelector));
});

/** The program of the documents, with its callbacks as data. */
function* echo(selector: DefaultSelector<Callback, Socket | Listener>) {
  for (;;) {
    for (const [key, mask] of yield* selector.select()) yield* key.data(key.fileobj, mask);
  }
}

type Callback = (fileobj: Socket | Listener, mask: number) => Generator<Yieldable, void, unknown>;

test(
  "an echo server answers every client, and forgets those that leave",
  inFiber(function* () {
    const selector = new DefaultSelector<Callback, Socket | Listener>();
    const accept: Callback = function* (listener) {
      const socket = yield* (listener as Listener).accept();
      selector.register(socket, EVENT_READ, answer);
    };
    const answer: Callback = function* (fileobj) {
      const socket = fileobj as Socket;
      const data = yield* socket.recv(1000);
      if (data.length > 0) return yield* socket.sendAll(`haha${Buffer.from(data)}`);
      selector.unregister(socket);
      yield* socket.close();
    };
    const listener = yield* listen("127.0.0.1:0");
    selector.register(listener, EVENT_READ, accept);
    const server = spawn(echo, selector);
    function* client(n: number) {
      const socket = yield* connect(listener.address);
      yield* socket.sendAll(`${n}\n`);
      const reply = yield* socket.readLine();
      return { socket, reply };
    }
    const clients = yield* joinAll(Array.from({ length: 20 }, (_, n) => spawn(client, n)));
    expect(clients.map(({ reply }) => reply)).toEqual(clients.map((_, n) => `haha${n}\n`));
    expect(selector.getMap().size).toBe(21);
    for (const { socket } of clients.slice(5)) yield* socket.close();
    while (selector.getMap().size > 6) yield* sleep(1);
    yield* sleep(20);
    expect(selector.getMap().size).toBe(6);
    yield* server.kill();
    for (const key of [...selector.getMap().values()])
      yield* selector.unregister(key.fileobj).fileobj.close();
    for (const { socket } of clients) yield* socket.close();
    selector.close();
  }),
);
