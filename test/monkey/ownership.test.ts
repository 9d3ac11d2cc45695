import cp from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { getCurrent, sleep, spawn, uninterruptible, until } from "fibril";
import { connect, listen } from "fibril/server";
import { Popen } from "fibril/subprocess";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { thrownBy } from "../harness/virtual.ts";
import { deferred, listening, patched, serve, yielding } from "./in-fiber.ts";

/** A package that sets something up for whoever comes. */
const PACKAGE = `
export const later = (task) => setTimeout(task, 5);
export const stat = (fs, path, done) => fs.stat(path, done);
export const request = (url) => fetch(url);
export const get = async (url) => (await fetch(url)).text();
export const open = (net, port, listener) => net.connect(port, "127.0.0.1").on("data", listener);
export const fork = (childProcess, file) => childProcess.fork(file);
export const poll = (look) => {
  let timer;
  const next = () => {
    look();
    timer = setTimeout(next, 1);
  };
  timer = setTimeout(next, 1);
  return () => clearTimeout(timer);
};
`;

interface Package {
  later(task: () => void): unknown;
  stat(host: typeof fs, path: string, done: () => void): void;
  request(url: string): Promise<Response>;
  get(url: string): Promise<string>;
  open(host: typeof net, port: number, listener: () => void): net.Socket;
  fork(host: typeof cp, file: string): cp.ChildProcess;
  poll(look: () => void): () => void;
}

let folder: string;
let library: Package;

beforeAll(async () => {
  folder = fs.mkdtempSync(join(tmpdir(), "fibril-monkey-"));
  const home = join(folder, "node_modules", "pool");
  fs.mkdirSync(home, { recursive: true });
  fs.writeFileSync(join(home, "index.mjs"), PACKAGE);
  const url = pathToFileURL(join(home, "index.mjs")).href;
  library = (await import(/* @vite-ignore */ url)) as Package;
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe("what a package sets up in a fiber", () => {
  test(
    "outlives that fiber: timers and callbacks",
    patched({ timers: true, fs: true }, function* () {
      const fired = deferred<string>();
      const called = deferred<string>();
      const fiber = spawn(function* () {
        library.later(() => fired.done("fired"));
        library.stat(fs, folder, () => called.done("called"));
        yield* sleep("1 minute");
      });
      yield* sleep();
      yield* fiber.kill();
      expect(yield* until(Promise.all([fired.promise, called.promise]))).toEqual([
        "fired",
        "called",
      ]);
    }),
  );

  test(
    "ends where the fiber itself waits for it",
    patched({ fetch: true }, function* () {
      const came = deferred();
      const gone = deferred<string>();
      const server = yield* until(
        serve((_request, response) => {
          response.on("close", () => gone.done("gone"));
          came.done();
        }),
      );
      const fiber = spawn(function* () {
        yield* yielding(library.request(server.url));
      });
      yield* until(came.promise);
      yield* fiber.kill();
      expect(yield* until(gone.promise)).toBe("gone");
      server.close();
    }),
  );

  test(
    "goes on where some other fiber may wait for it",
    patched({ fetch: true }, function* () {
      const answers: (() => void)[] = [];
      const came = deferred();
      const server = yield* until(
        serve((_request, response) => {
          answers.push(() => response.end("shared"));
          came.done();
        }),
      );
      let shared: Promise<Response> | undefined;
      const first = spawn(function* () {
        shared = library.request(server.url);
        yield* sleep("1 minute");
      });
      yield* until(came.promise);
      yield* first.kill();
      answers[0]?.();
      const response = yield* until(shared as Promise<Response>);
      expect(yield* until(response.text())).toBe("shared");
      server.close();
    }),
  );
});

describe("a request that a package makes for a fiber", () => {
  test(
    "ends with the fiber that waits for the package",
    patched({ fetch: true }, function* () {
      const gone: string[] = [];
      const came = deferred();
      let count = 0;
      const server = yield* until(
        serve((request, response) => {
          response.on("close", () => gone.push(request.url ?? ""));
          if (++count === 3) came.done();
        }),
      );
      const get = (path: string) => library.get(server.url + path);
      const fibers = [
        spawn(() => until(get("until"))),
        spawn(async () => await get("await")),
        spawn(async () => Promise.all([get("all")])),
      ];
      yield* until(came.promise);
      for (const fiber of fibers) yield* fiber.kill();
      while (gone.length < 3) yield* sleep(1);
      expect(gone.sort()).toEqual(["/all", "/await", "/until"]);
      server.close();
    }),
  );

  test(
    "ends with one that was about to wait for it, and not with one that waits for something else",
    patched({ fetch: true }, function* () {
      const gone: (string | undefined)[] = [];
      const came = deferred();
      let count = 0;
      const server = yield* until(
        serve((request, response) => {
          response.on("close", () => gone.push(request.url));
          if (++count === 2) came.done();
        }),
      );
      const gate = deferred();
      const about = spawn(function* () {
        const asked = library.get(`${server.url}about`);
        yield* until(gate.promise);
        yield* until(asked);
      });
      const sleeping = spawn(function* () {
        library.get(`${server.url}sleeping`).catch(() => {});
        yield* sleep("1 minute");
      });
      yield* until(came.promise);
      yield* sleeping.kill();
      // Between its wake and its next step.
      gate.promise.then(() => about.kill());
      gate.done();
      while (gone.length === 0) yield* sleep(1);
      yield* sleep(5);
      expect(gone).toEqual(["/about"]);
      server.close();
    }),
  );

  test(
    "tells others who wait for the same that it was aborted, and not that they were killed",
    patched({ fetch: true }, function* () {
      const came = deferred();
      const server = yield* until(serve(() => came.done()));
      let shared: Promise<string> | undefined;
      const first = spawn(function* () {
        shared = library.get(server.url);
        yield* until(shared);
      });
      yield* until(came.promise);
      const other = spawn(function* () {
        yield* until(shared as Promise<string>);
      });
      yield* sleep(0);
      const reason = new Error("enough");
      yield* first.kill(reason);
      expect(yield* thrownBy(other.get())).toMatchObject({ name: "AbortError", cause: reason });
      server.close();
    }),
  );
});

test(
  "a package's child with a channel is a worker for everybody",
  patched({ childProcess: true }, function* () {
    const file = join(folder, "worker.cjs");
    fs.writeFileSync(file, "process.on('message', (n) => process.send(n + 1));");
    let worker: cp.ChildProcess | undefined;
    const fiber = spawn(function* () {
      worker = library.fork(cp, file);
      yield* until(once(worker, "never"));
    });
    yield* sleep();
    yield* fiber.kill();
    const answer = once(worker as cp.ChildProcess, "message");
    worker?.send(1);
    expect((yield* until(answer))[0]).toBe(2);
    const exit = once(worker as cp.ChildProcess, "exit");
    worker?.kill();
    yield* until(exit);
  }),
);

describe("the listeners of what a package keeps for everybody", () => {
  test(
    "may go on calling the host when the first fiber to need it was killed",
    patched({ net: true, fs: true, timers: true }, function* () {
      const far: net.Socket[] = [];
      const server = net.createServer((socket) => far.push(socket));
      const port = yield* until(listening(server));
      const heard: string[] = [];
      const look = (from: string) => () =>
        fs.promises.stat(folder).then(
          () => heard.push(from),
          (error) => heard.push(String(error)),
        );
      let shared: net.Socket | undefined;
      let stop: (() => void) | undefined;
      const first = spawn(function* () {
        shared = library.open(net, port, look("connection"));
        stop = library.poll(look("timer"));
        yield* sleep("1 minute");
      });
      while (far.length === 0) yield* sleep(1);
      yield* first.kill();
      // What was going on in the moment of the kill fails with it.
      yield* sleep(5);
      heard.length = 0;
      far[0]?.write("news");
      while (new Set(heard).size < 2) yield* sleep(1);
      expect(new Set(heard)).toEqual(new Set(["connection", "timer"]));
      stop?.();
      shared?.destroy();
      far[0]?.destroy();
      server.close();
    }),
  );
});

describe("what fibril itself opens", () => {
  test(
    "is the object's that opened it, and not of the fiber that happened to call",
    patched({ net: true, childProcess: true }, function* () {
      const listener = yield* listen("127.0.0.1:0");
      let child: Popen | undefined;
      const opening = spawn(function* () {
        child = new Popen([process.execPath, "-e", "setTimeout(() => {}, 60_000)"]);
        const socket = yield* connect(listener.address);
        shared.done(socket);
        yield* sleep("1 minute");
      });
      const shared = deferred<Awaited<ReturnType<typeof connect>>>();
      const far = yield* listener.accept();
      const near = yield* until(shared.promise);
      yield* opening.kill();
      yield* near.sendAll("still open");
      expect(new TextDecoder().decode(yield* far.recv(100))).toBe("still open");
      expect(child?.poll()).toBeUndefined();
      child?.kill();
      yield* child?.wait() ?? sleep();
      near.abort();
      far.abort();
      yield* listener.close();
    }),
  );
});

test(
  "what is begun inside uninterruptible is not for a kill to end",
  patched({ timers: true }, function* () {
    const fired = deferred<string>();
    const fiber = spawn(function* () {
      yield* uninterruptible(() => void setTimeout(fired.done, 5, "fired"));
      yield* sleep("1 minute");
    });
    yield* sleep();
    yield* fiber.kill();
    expect(yield* until(fired.promise)).toBe("fired");
  }),
);

test(
  "a fiber's own signal is aborted as before, and belongings end with one that was asked for first",
  patched({ timers: true }, function* () {
    const trace: string[] = [];
    const fiber = spawn(function* () {
      getCurrent()?.signal.addEventListener("abort", () => trace.push("abort"));
      setTimeout(() => trace.push("fired"), 5);
      yield* sleep("1 minute");
    });
    yield* sleep();
    yield* fiber.kill();
    yield* sleep(15);
    expect(trace).toEqual(["abort"]);
  }),
);

test(
  "a cleanup may begin something of its own",
  patched({ timers: true }, function* () {
    const cleaned = deferred<string>();
    const fiber = spawn(function* () {
      try {
        yield* sleep("1 minute");
      } finally {
        setTimeout(cleaned.done, 5, "cleaned");
        yield* until(cleaned.promise);
      }
    });
    yield* sleep();
    yield* fiber.kill();
    expect(yield* until(cleaned.promise)).toBe("cleaned");
  }),
);
