import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { getCurrent, sleep, spawn, uninterruptible, until } from "fibril";
import { connect, listen } from "fibril/server";
import { Popen } from "fibril/subprocess";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deferred, patched, serve, yielding } from "./in-fiber.ts";

/** A package that sets something up for whoever comes. */
const PACKAGE = `
export const later = (task) => setTimeout(task, 5);
export const stat = (fs, path, done) => fs.stat(path, done);
export const request = (url) => fetch(url);
`;

interface Package {
  later(task: () => void): unknown;
  stat(host: typeof fs, path: string, done: () => void): void;
  request(url: string): Promise<Response>;
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
