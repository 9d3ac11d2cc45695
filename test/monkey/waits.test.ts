import hostFs from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Effect } from "effect";
import { getHub, joinAll, killAll, sleep, spawn, until, withTimeout } from "fibril";
import {
  childProcess,
  detach,
  dns,
  fetch,
  fs,
  net,
  patchAll,
  timers,
  unpatch,
} from "fibril/monkey";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { thrownBy } from "../harness/virtual.ts";
import { type Body, deferred, listening, parkOf, serve } from "./in-fiber.ts";

let folder: string;
beforeAll(() => {
  folder = hostFs.mkdtempSync(join(tmpdir(), "fibril-monkey-"));
  hostFs.writeFileSync(join(folder, "hello"), "hello");
});
afterAll(() => hostFs.rmSync(folder, { recursive: true, force: true }));
afterEach(async () => {
  await killAll(getHub().fibers, { grace: 0 });
  unpatch();
});

/** The same with nothing patched and with everything. */
function both(name: string, body: Body): void {
  test(name, () => spawn(body).get());
  test(`${name}, with everything patched`, async () => {
    patchAll({ blocking: "throw" });
    await spawn(body);
  });
}

/** A program that runs until it is killed. */
const LONG = ["-e", "setTimeout(() => {}, 60_000)"];

describe("the host's calls as Waits", () => {
  both("fs gives what the host gives, and fails as it fails", function* () {
    const file = join(folder, "hello");
    expect(yield* fs.readFile(file, "utf8")).toBe("hello");
    expect((yield* fs.readFile(file)).length).toBe(5);
    expect((yield* fs.stat(file)).size).toBe(5);
    expect(yield* fs.readdir(folder)).toEqual(["hello"]);
    const handle = yield* fs.open(file);
    expect((yield* until(handle.stat())).size).toBe(5);
    yield* until(handle.close());
    expect(yield* thrownBy(fs.readFile(join(folder, "nothing")))).toMatchObject({ code: "ENOENT" });
    expect(yield* thrownBy(fs.readFile(5 as never, "no-such" as never))).toBeInstanceOf(TypeError);
  });

  both("timers give their value", function* () {
    expect(yield* timers.setTimeout(1, "value")).toBe("value");
    expect(yield* timers.setImmediate("now")).toBe("now");
    yield* timers.scheduler.wait(1);
    yield* timers.scheduler.yield();
    expect(yield* withTimeout(5, timers.setTimeout(60_000), { value: "late" })).toBe("late");
  });

  both("dns looks names up", function* () {
    expect(yield* dns.lookup("127.0.0.1")).toEqual({ address: "127.0.0.1", family: 4 });
    expect(yield* dns.lookup("127.0.0.1", { all: true })).toEqual([
      { address: "127.0.0.1", family: 4 },
    ]);
    expect(yield* thrownBy(dns.lookup(5 as never))).toBeInstanceOf(TypeError);
  });

  both("childProcess runs commands", function* () {
    expect((yield* childProcess.exec("echo hello")).stdout.trim()).toBe("hello");
    const script = ["-e", "console.error(1)"];
    expect((yield* childProcess.execFile(process.execPath, script)).stderr.trim()).toBe("1");
    expect(yield* thrownBy(childProcess.exec("exit 3"))).toMatchObject({ code: 3 });
    expect(yield* thrownBy(childProcess.spawn("/no/such/program"))).toMatchObject({
      code: "ENOENT",
    });
    const child = yield* childProcess.spawn(process.execPath, LONG);
    const exit = new Promise((done) => child.once("exit", (_code, signal) => done(signal)));
    child.kill("SIGTERM");
    expect(yield* until(exit)).toBe("SIGTERM");
  });

  both("fetch asks, and its answer is the host's", function* () {
    const server = yield* until(serve((_request, response) => response.end("answer")));
    const response = yield* fetch(server.url);
    expect(response).toBeInstanceOf(Response);
    expect(yield* until(response.text())).toBe("answer");
    server.close();
    expect(yield* thrownBy(fetch("no-url"))).toBeInstanceOf(TypeError);
  });

  both("net connects", function* () {
    const server = createServer((socket) => socket.end());
    const port = yield* until(listening(server));
    const socket = yield* net.connect(port, "127.0.0.1");
    expect(socket.remotePort).toBe(port);
    socket.destroy();
    const other = yield* net.createConnection({ port, host: "127.0.0.1" });
    other.destroy();
    yield* until(new Promise((done) => server.close(done)));
    const refused = yield* thrownBy(net.connect({ port, host: "127.0.0.1" }));
    expect(refused).toMatchObject({ code: "ECONNREFUSED" });
  });
});

describe("a Wait of the host", () => {
  both(
    "is a description: nothing happens before it is run, and run twice it happens twice",
    function* () {
      const asked: unknown[] = [];
      const server = yield* until(
        serve(({ url }, response) => {
          asked.push(url);
          response.end();
        }),
      );
      const wait = fetch(server.url);
      yield* sleep(5);
      expect(asked).toEqual([]);
      yield* wait;
      yield* wait;
      const fibers = [spawn(() => wait), spawn(() => wait)];
      yield* joinAll(fibers);
      expect(asked.length).toBe(4);
      server.close();
    },
  );

  both("ends with its fiber, and names itself in the park", function* () {
    const came = deferred();
    const gone = deferred();
    const server = yield* until(
      serve((_request, response) => {
        response.on("close", () => gone.done());
        came.done();
      }),
    );
    const fiber = spawn(function* () {
      yield* fetch(server.url);
    });
    yield* until(came.promise);
    expect(parkOf(fiber)).toBe(`fetch GET ${server.url}`);
    yield* fiber.kill();
    yield* until(gone.promise);
    server.close();
  });

  both("has its body and its socket end with the fiber, unless they are handed over", function* () {
    const gone = deferred();
    const ends: string[] = [];
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", (name) => {
        socket.on("close", () => {
          ends.push(String(name));
          gone.done();
        });
      });
      socket.write("hello");
    });
    const port = yield* until(listening(server));
    const ready = deferred();
    const fiber = spawn(function* () {
      const mine = yield* net.connect(port, "127.0.0.1");
      mine.write("mine");
      handedOver = detach(yield* net.connect(port, "127.0.0.1"));
      handedOver.write("handed over");
      yield* until(new Promise((done) => mine.once("data", done)));
      ready.done();
      yield* sleep("1 minute");
    });
    let handedOver: { write(text: string): unknown; destroy(): unknown } | undefined;
    yield* until(ready.promise);
    yield* fiber.kill();
    yield* until(gone.promise);
    yield* sleep(5);
    expect(ends).toEqual(["mine"]);
    handedOver?.destroy();
    server.close();
  });

  test("takes await at the top level and in an async function", async () => {
    expect(await fs.readFile(join(folder, "hello"), "utf8")).toBe("hello");
    const fiber = spawn(async () => fs.readFile(join(folder, "hello"), "utf8"));
    expect(await fiber).toBe("hello");
    await expect(fs.readFile(join(folder, "nothing"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("is an Effect, whose failure is typed and whose interruption ends the call", async () => {
    const read = Effect.catch(Effect.asVoid(fs.readFile(join(folder, "nothing"))), () =>
      Effect.succeed("failed"),
    );
    expect(await Effect.runPromise(read)).toBe("failed");
    const slow = Effect.timeoutOption(timers.setTimeout(60_000), "5 millis");
    expect((await Effect.runPromise(slow))._tag).toBe("None");
  });
});
