import fs from "node:fs";
import fsPromises from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep, spawn, until, withTimeout } from "fibril";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { thrownBy } from "../harness/virtual.ts";
import { type Body, deferred, parkOf, patched, yielding } from "./in-fiber.ts";

let folder: string;
const file = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "fibril-monkey-"));
  fs.writeFileSync(file("hello"), "hello");
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const withFiles = (body: Body) => patched({ fs: true }, body);

describe("fs/promises in a fiber", () => {
  test(
    "takes yield* and await, with the arguments of the original",
    withFiles(function* () {
      expect(yield* yielding(fsPromises.readFile(file("hello"), "utf8"))).toBe("hello");
      const buffer = yield* yielding(fsPromises.readFile(file("hello")));
      expect(buffer.toString()).toBe("hello");
      yield* yielding(fsPromises.writeFile(file("written"), "68656c6c6f", "hex"));
      yield* yielding(fsPromises.appendFile(file("written"), " there"));
      const read = spawn(async () => fsPromises.readFile(file("written"), { encoding: "utf8" }));
      expect(yield* read).toBe("hello there");
      expect(fs.promises).toBe(fsPromises);
      expect((yield* yielding(fsPromises.stat(file("hello")))).size).toBe(5);
    }),
  );

  test(
    "fails as the original does",
    withFiles(function* () {
      const error = yield* thrownBy(yielding(fsPromises.readFile(file("nothing"))));
      expect(error).toMatchObject({ code: "ENOENT" });
      const wrong = yield* thrownBy(yielding(fsPromises.readFile(Symbol("path") as never)));
      expect(wrong).toBeInstanceOf(TypeError);
      const options = fsPromises.readFile(file("hello"), 5 as never);
      expect(yield* thrownBy(yielding(options))).toBeInstanceOf(TypeError);
    }),
  );

  test(
    "names itself in the fiber's park",
    withFiles(function* () {
      const names: string[] = [];
      const fiber = spawn(function* () {
        yield* yielding(fsPromises.readFile(file("hello")));
      });
      spawn(() => names.push(parkOf(fiber)));
      yield* fiber;
      expect(names).toEqual([`fs.readFile ${file("hello")}`]);
    }),
  );

  test("a file handle of a killed fiber that comes too late is closed", async () => {
    const { open } = fsPromises;
    const opened = deferred<fsPromises.FileHandle>();
    fsPromises.open = async (...args) => {
      const handle = await open(...args);
      opened.done(handle);
      return handle;
    };
    await patched({ fs: true }, function* () {
      const fiber = spawn(function* () {
        yield* yielding(fsPromises.open(file("hello")));
      });
      yield* sleep();
      expect(parkOf(fiber)).toBe(`fs.open ${file("hello")}`);
      yield* fiber.kill();
      const handle = yield* until(opened.promise);
      while (handle.fd !== -1) yield* sleep(1);
    })();
    fsPromises.open = open;
  });

  test(
    "a file handle's methods take yield*",
    withFiles(function* () {
      const handle = yield* yielding(fsPromises.open(file("hello")));
      expect(yield* yielding(handle.readFile("utf8"))).toBe("hello");
      expect((yield* yielding(handle.stat())).size).toBe(5);
      yield* until(handle.close());
    }),
  );

  test(
    "watch iterates until its fiber is killed",
    withFiles(function* () {
      const ended = deferred<unknown>();
      const fiber = spawn(async () => {
        try {
          for await (const _ of fsPromises.watch(folder)) {
            // Whatever changes: only the end is of interest.
          }
        } catch (error) {
          ended.done((error as Error).name);
        }
      });
      yield* sleep(5);
      yield* fiber.kill();
      expect(yield* until(ended.promise)).toBe("AbortError");
    }),
  );
});

describe("fs with callbacks in a fiber", () => {
  test(
    "calls back as ever, and not once its fiber was killed",
    withFiles(function* () {
      const trace: unknown[] = [];
      const read = deferred();
      fs.readFile(file("hello"), "utf8", (error, text) => {
        trace.push(error, text);
        read.done();
      });
      yield* until(read.promise);
      const fiber = spawn(function* () {
        fs.stat(file("hello"), () => trace.push("after the kill"));
        yield* sleep("1 minute");
      });
      yield* sleep();
      yield* fiber.kill();
      yield* until(fsPromises.stat(file("hello")));
      yield* until(fsPromises.stat(file("hello")));
      expect(trace).toEqual([null, "hello"]);
    }),
  );

  test("a descriptor that comes too late is closed", async () => {
    const { close } = fs;
    const closed = deferred<number>();
    fs.close = ((descriptor: number, done: () => void) => {
      closed.done(descriptor);
      close(descriptor, done);
    }) as typeof close;
    await patched({ fs: true }, function* () {
      const fiber = spawn(function* () {
        fs.open(file("hello"), () => {});
        yield* sleep("1 minute");
      });
      yield* sleep();
      yield* fiber.kill();
      expect(yield* until(closed.promise)).toBeGreaterThan(2);
    })();
    fs.close = close;
  });

  test(
    "streams and watchers end with their fiber",
    withFiles(function* () {
      const ends = [deferred<string>(), deferred<string>(), deferred<string>()] as const;
      const errors: string[] = [];
      const fiber = spawn(function* () {
        const reading = fs.createReadStream(file("hello"));
        reading.on("error", (error) => errors.push(error.name));
        reading.on("close", () => ends[0].done("read"));
        fs.createWriteStream(file("stream")).on("close", () => ends[1].done("write"));
        fs.watch(folder).on("close", () => ends[2].done("watch"));
        yield* sleep("1 minute");
      });
      yield* sleep();
      yield* fiber.kill();
      const all = until(Promise.all(ends.map(({ promise }) => promise)));
      expect(yield* all).toEqual(["read", "write", "watch"]);
      expect(errors).toEqual(["GreenletExit"]);
    }),
  );

  test(
    "a stream of a fiber that lives is read to its end",
    withFiles(function* () {
      const reading = spawn(async () => {
        let text = "";
        for await (const chunk of fs.createReadStream(file("hello"), "utf8")) text += chunk;
        return text;
      });
      expect(yield* withTimeout("5 seconds", reading.get())).toBe("hello");
    }),
  );
});
