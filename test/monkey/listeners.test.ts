import cp from "node:child_process";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import tls from "node:tls";
import { getCurrent, sleep, spawn, until } from "fibril";
import { expect, test } from "vitest";
import { certificate } from "../net/certificate.ts";
import { deferred, listening, patched, type Steps } from "./in-fiber.ts";

/** Runs `begin`, which has listeners call `heard`, in a fiber, and gives whose they are. */
function* ownersOf(begin: (heard: (what: string) => void) => unknown, all: string[]): Steps {
  const seen = new Map<string, unknown>();
  const done = deferred();
  const fiber = spawn(function* () {
    begin((what) => {
      seen.set(what, getCurrent()?.name);
      if (seen.size === all.length) done.done();
    });
    yield* until(done.promise);
  });
  yield* fiber;
  expect([...seen].sort()).toEqual(all.map((what) => [what, fiber.name]).sort());
}

test(
  "the listeners of a fiber's sockets and children run as that fiber's",
  patched({ net: true, tls: true, childProcess: true }, function* () {
    const greet = (socket: net.Socket) => socket.on("error", () => {}).end("hello");
    const plain = net.createServer(greet);
    const secure = tls.createServer(certificate, greet);
    const port = yield* until(listening(plain));
    const securePort = yield* until(listening(secure));
    yield* ownersOf(
      (heard) => {
        const socket = net.connect(port, "127.0.0.1");
        for (const event of ["connect", "data", "end"]) socket.on(event, () => heard(event));
      },
      ["connect", "data", "end"],
    );
    yield* ownersOf(
      (heard) => {
        const options = { port: securePort, host: "127.0.0.1", rejectUnauthorized: false };
        const socket = tls.connect(options, () => heard("secureConnect"));
        for (const event of ["data", "end"]) socket.on(event, () => heard(event));
      },
      ["secureConnect", "data", "end"],
    );
    yield* ownersOf(
      (heard) => {
        const { stdout } = cp.spawn(process.execPath, ["--version"]);
        for (const event of ["data", "end"]) stdout.on(event, () => heard(event));
      },
      ["data", "end"],
    );
    plain.close();
    secure.close();
  }),
);

test(
  "listeners stay what they are, and an event that somebody else emits is his",
  patched({ net: true }, function* () {
    const server = net.createServer((socket) => socket.end());
    const port = yield* until(listening(server));
    const trace: unknown[] = [];
    const listener = () => trace.push(getCurrent()?.name);
    const other = spawn({ name: "other" }, function* () {
      const socket = yield* until(shared.promise);
      socket.emit("news");
    });
    const shared = deferred<net.Socket>();
    const socket = net.connect(port, "127.0.0.1");
    socket.on("news", listener).once("news", listener);
    expect(socket.listenerCount("news")).toBe(2);
    expect(socket.listeners("news")).toEqual([listener, listener]);
    expect(socket.rawListeners("news")[0]).toBe(listener);
    shared.done(socket);
    yield* other;
    socket.off("news", listener);
    expect(socket.emit("news")).toBe(false);
    expect(trace).toEqual(["other", "other"]);
    expect(Object.keys(socket)).not.toContain("emit");
    socket.destroy();
    server.close();
  }),
);

test(
  "an HTTP server of a killed fiber listens no more",
  patched({ net: true, http: true }, function* () {
    const opened = deferred<http.Server>();
    const fiber = spawn(function* () {
      const server = http.createServer();
      server.listen(0, "127.0.0.1", () => opened.done(server));
      yield* sleep("1 minute");
    });
    const server = yield* until(opened.promise);
    const { port } = server.address() as AddressInfo;
    const closed = new Promise((done) => server.once("close", done));
    yield* fiber.kill();
    yield* until(closed);
    const refused = deferred<string | undefined>();
    http.get({ port, host: "127.0.0.1" }).on("error", (error: NodeJS.ErrnoException) => {
      refused.done(error.code);
    });
    expect(yield* until(refused.promise)).toBe("ECONNREFUSED");
  }),
);
