import { sleep, spawn, until } from "fibril";
import { detach } from "fibril/monkey";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocketServer } from "ws";
import { deferred, patched } from "./in-fiber.ts";

let server: WebSocketServer;
let url: string;
beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  server.on("connection", (socket) => {
    socket.on("message", (data) => socket.send(String(data)));
  });
  await new Promise((done) => server.once("listening", done));
  url = `ws://127.0.0.1:${(server.address() as { port: number }).port}/`;
});
afterAll(() => {
  server.close();
});

describe("a WebSocket of a fiber", () => {
  test(
    "echoes, and is closed with its fiber",
    patched({ fetch: true }, function* () {
      const echoed = deferred<unknown>();
      const gone = deferred<unknown>();
      const fiber = spawn(function* () {
        const socket = new WebSocket(url);
        expect(socket).toBeInstanceOf(WebSocket);
        expect([WebSocket.OPEN, socket.CLOSED]).toEqual([1, 3]);
        socket.onopen = () => socket.send("hello");
        socket.onmessage = ({ data }) => echoed.done(data);
        socket.onclose = () => gone.done("gone");
        yield* sleep("1 minute");
      });
      expect(yield* until(echoed.promise)).toBe("hello");
      yield* fiber.kill();
      expect(yield* until(gone.promise)).toBe("gone");
    }),
  );

  test(
    "is closed while it connects, and lives on where it was handed over",
    patched({ fetch: true }, function* () {
      const gone = deferred<unknown>();
      const kept = deferred<WebSocket>();
      const fiber = spawn(function* () {
        class Derived extends WebSocket {}
        const socket = new Derived(url);
        expect(socket).toBeInstanceOf(Derived);
        // Node 22 tells of such an end by an error alone.
        socket.onerror = () => gone.done("gone");
        kept.done(detach(new WebSocket(url)));
        yield* sleep("1 minute");
      });
      const socket = yield* until(kept.promise);
      yield* fiber.kill();
      yield* until(gone.promise);
      const echoed = deferred<unknown>();
      socket.onmessage = ({ data }) => echoed.done(data);
      socket.onopen = () => socket.send("still open");
      if (socket.readyState === WebSocket.OPEN) socket.send("still open");
      expect(yield* until(echoed.promise)).toBe("still open");
      const closed = new Promise((done) => socket.addEventListener("close", done));
      socket.close();
      yield* until(closed);
    }),
  );
});

test("an EventSource, which Node has only when it is asked for, is closed with its fiber", async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, "EventSource");
  const closed: string[] = [];
  class Source extends EventTarget {
    readonly url: string;
    constructor(url: string) {
      super();
      this.url = url;
    }
    close() {
      closed.push(this.url);
    }
  }
  Object.defineProperty(globalThis, "EventSource", { value: Source, configurable: true });
  await patched({ fetch: true }, function* () {
    const { EventSource: Patched } = globalThis as unknown as { EventSource: typeof Source };
    const fiber = spawn(function* () {
      expect(new Patched("killed")).toBeInstanceOf(Source);
      detach(new Patched("handed over"));
      yield* sleep("1 minute");
    });
    yield* sleep(0);
    yield* fiber.kill();
    expect(closed).toEqual(["killed"]);
  })();
  Reflect.deleteProperty(globalThis, "EventSource");
  if (before !== undefined) Object.defineProperty(globalThis, "EventSource", before);
});
