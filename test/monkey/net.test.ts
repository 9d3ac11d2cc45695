import dgram from "node:dgram";
import dns from "node:dns";
import dnsPromises from "node:dns/promises";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import tls from "node:tls";
import { type Fiber, sleep, spawn, until, withTimeout } from "fibril";
import { detach } from "fibril/monkey";
import { describe, expect, test } from "vitest";
import { thrownBy } from "../harness/virtual.ts";
import { certificate } from "../net/certificate.ts";
import {
  type Body,
  deferred,
  listening,
  parkOf,
  patched,
  type Steps,
  yielding,
} from "./in-fiber.ts";

const withNet = (body: Body) =>
  patched({ net: true, tls: true, http: true, dgram: true, dns: true }, body);

/** A server that tells of each connection when it came and when it went. */
function* hostServer(): Steps<{
  server: net.Server;
  port: number;
  came: Promise<void>;
  gone: Promise<void>;
}> {
  const came = deferred();
  const gone = deferred();
  const server = net.createServer((socket) => {
    came.done();
    socket.on("error", () => {});
    socket.on("close", () => gone.done());
    socket.resume();
  });
  const port = yield* until(listening(server));
  return { server, port, came: came.promise, gone: gone.promise };
}

/** Runs `body` in a fiber until the server has its connection, then kills it. */
function* killConnected(body: (port: number) => unknown): Steps<Fiber<unknown, unknown>> {
  const { server, port, came, gone } = yield* hostServer();
  const fiber = spawn(function* () {
    body(port);
    yield* sleep("1 minute");
  });
  yield* until(came);
  yield* fiber.kill();
  yield* until(gone);
  server.close();
  return fiber;
}

describe("a socket of a killed fiber", () => {
  test(
    "is destroyed, however it was connected",
    withNet(function* () {
      yield* killConnected((port) => net.connect(port, "127.0.0.1"));
      yield* killConnected((port) => net.createConnection({ port, host: "127.0.0.1" }));
      yield* killConnected((port) => new net.Socket().connect(port, "127.0.0.1"));
    }),
  );

  test(
    "throws the kill at whatever an async function still waits for",
    withNet(function* () {
      const ended = deferred<unknown>();
      yield* killConnected(async (port) => {
        const socket = net.connect(port, "127.0.0.1");
        await once(socket, "data").catch(ended.done);
      });
      expect(yield* until(ended.promise)).toMatchObject({ name: "GreenletExit" });
    }),
  );

  test(
    "that was still connecting ends no program by its error",
    withNet(function* () {
      const { server, port } = yield* hostServer();
      yield* until(new Promise((done) => server.close(done)));
      const closed = deferred();
      const fiber = spawn(function* () {
        // Nobody listens there any more, and nobody listens for the error.
        net.connect(port, "127.0.0.1").on("close", () => closed.done());
        yield* sleep("1 minute");
      });
      yield* sleep();
      yield* fiber.kill();
      yield* until(closed.promise);
    }),
  );

  test(
    "has listeners that may still call the host",
    withNet(function* () {
      const later = deferred<string>();
      yield* killConnected((port) => {
        const socket = net.connect(port, "127.0.0.1");
        socket.on("close", () => dns.lookup("127.0.0.1", () => later.done("called")));
      });
      expect(yield* until(later.promise)).toBe("called");
    }),
  );

  test(
    "lives on where it was handed over",
    withNet(function* () {
      const { server, port, came } = yield* hostServer();
      let socket: net.Socket | undefined;
      const fiber = spawn(function* () {
        socket = detach(net.connect(port, "127.0.0.1"));
        yield* sleep("1 minute");
      });
      yield* until(came);
      yield* fiber.kill();
      yield* sleep(5);
      expect(socket?.destroyed).toBe(false);
      socket?.destroy();
      server.close();
    }),
  );

  test(
    "is destroyed, too, where it speaks TLS",
    withNet(function* () {
      const came = deferred();
      const gone = deferred();
      const server = tls.createServer(certificate, (socket) => {
        came.done();
        socket.on("error", () => {});
        socket.on("close", () => gone.done());
        socket.resume();
      });
      const port = yield* until(listening(server));
      const fiber = spawn(function* () {
        tls.connect({ port, host: "127.0.0.1", rejectUnauthorized: false });
        yield* sleep("1 minute");
      });
      yield* until(came.promise);
      yield* fiber.kill();
      yield* until(gone.promise);
      server.close();
    }),
  );

  test(
    "a server of a killed fiber listens no more",
    withNet(function* () {
      const closed = deferred();
      const fiber = spawn(function* () {
        net
          .createServer()
          .listen(0, "127.0.0.1")
          .on("close", () => closed.done());
        yield* sleep("1 minute");
      });
      yield* sleep();
      yield* fiber.kill();
      yield* until(closed.promise);
    }),
  );

  test(
    "a datagram socket of a killed fiber is closed",
    withNet(function* () {
      const closed = deferred();
      const bound = deferred();
      const fiber = spawn(function* () {
        const socket = dgram.createSocket("udp4").on("close", () => closed.done());
        socket.bind(0, "127.0.0.1", () => bound.done());
        yield* sleep("1 minute");
      });
      yield* until(bound.promise);
      yield* fiber.kill();
      yield* until(closed.promise);
    }),
  );
});

describe("an HTTP request of a killed fiber", () => {
  test(
    "is destroyed, and its error ends no program",
    withNet(function* () {
      const came = deferred();
      const gone = deferred();
      const server = http.createServer((_request, response) => {
        response.on("close", () => gone.done());
        came.done();
      });
      const port = yield* until(listening(server));
      const fiber = spawn(function* () {
        http.get({ port, host: "127.0.0.1" });
        yield* sleep("1 minute");
      });
      yield* until(came.promise);
      yield* fiber.kill();
      yield* until(gone.promise);
      server.close();
    }),
  );

  test(
    "leaves the agent's connection to the next one",
    withNet(function* () {
      const sockets = new Set<unknown>();
      const server = http.createServer(({ socket }, response) => {
        sockets.add(socket);
        response.end("answer");
      });
      const port = yield* until(listening(server));
      const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
      const ask = () =>
        new Promise<string>((resolve, reject) => {
          const request = http.get({ port, host: "127.0.0.1", agent }, (response) => {
            let text = "";
            response.on("data", (chunk) => {
              text += chunk;
            });
            response.on("end", () => resolve(text));
          });
          request.on("error", reject);
        });
      const fiber = spawn(function* () {
        yield* until(ask());
        asked.done();
        yield* sleep("1 minute");
      });
      const asked = deferred();
      yield* until(asked.promise);
      yield* sleep(5);
      yield* fiber.kill();
      expect(yield* until(ask())).toBe("answer");
      expect(sockets.size).toBe(1);
      agent.destroy();
      server.close();
    }),
  );

  test(
    "is not sent once more where its connection had served another",
    withNet(function* () {
      const urls: (string | undefined)[] = [];
      const came = deferred();
      const server = http.createServer(({ url }, response) => {
        urls.push(url);
        if (url === "/hang") came.done();
        else response.end("answer");
      });
      const port = yield* until(listening(server));
      const agent = new http.Agent({ keepAlive: true });
      const ask = (path: string) =>
        new Promise((resolve, reject) => {
          const request = http.get({ port, host: "127.0.0.1", path, agent }, (response) => {
            response.resume().on("end", resolve);
          });
          request.on("error", reject);
        });
      yield* until(ask("/first"));
      const fiber = spawn(() => until(ask("/hang")));
      yield* until(came.promise);
      yield* fiber.kill();
      yield* until(ask("/next"));
      yield* until(ask("/last"));
      expect(urls).toEqual(["/first", "/hang", "/next", "/last"]);
      agent.destroy();
      server.close();
      server.closeAllConnections();
    }),
  );
});

describe("dns in a fiber", () => {
  test(
    "takes yield* and callbacks",
    withNet(function* () {
      const { address } = yield* yielding(dnsPromises.lookup("127.0.0.1"));
      expect(address).toBe("127.0.0.1");
      const called = deferred<string>();
      dns.lookup("127.0.0.1", (_error, found) => called.done(found));
      expect(yield* until(called.promise)).toBe("127.0.0.1");
      const wrong = spawn(async () => dnsPromises.lookup(5 as never));
      expect(yield* thrownBy(wrong.get())).toBeInstanceOf(TypeError);
    }),
  );

  test(
    "names itself in the park, and is left on a timeout",
    withNet(function* () {
      const fiber = spawn(function* () {
        const looking = until(dnsPromises.lookup("localhost"));
        return yield* withTimeout(0, looking, { value: "late" });
      });
      yield* sleep();
      expect(parkOf(fiber)).toBe("dns.lookup localhost");
      yield* fiber;
    }),
  );
});
