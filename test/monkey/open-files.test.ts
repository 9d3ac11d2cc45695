import fs from "node:fs";
import fsPromises, { type FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getCurrent, sleep, spawn, until } from "fibril";
import { detach, fs as fsWaits } from "fibril/monkey";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countBelongings } from "../../src/monkey/belongings.ts";
import { collectGarbage } from "../harness/garbage.ts";
import { deferred, patched, type Steps, yielding } from "./in-fiber.ts";

let folder: string;
let file: string;

beforeAll(() => {
  folder = fs.mkdtempSync(join(tmpdir(), "fibril-open-"));
  file = join(folder, "file");
  fs.writeFileSync(file, "");
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const withFiles = (body: () => Steps) => patched({ fs: true }, body as never);

/** Closing takes the host a while; Deno's handle keeps its number. */
function* isClosed(handle: FileHandle): Steps {
  for (;;) {
    const failed = yield* until(handle.stat().then(() => false, isBadFile));
    if (failed) return;
    yield* sleep(1);
  }
}

const isBadFile = (error: { code?: string; name: string }): boolean =>
  error.code === "EBADF" || error.name === "BadResource";

describe("a file that a killed fiber has opened", () => {
  test(
    "is closed, however it was opened and whatever the body is",
    withFiles(function* () {
      const opened: FileHandle[] = [];
      const bodies = [
        function* () {
          opened.push(yield* yielding(fsPromises.open(file)));
          yield* sleep("1 minute");
        },
        function* () {
          opened.push(yield* fsWaits.open(file));
          yield* sleep("1 minute");
        },
        async () => {
          opened.push(await fsPromises.open(file));
          await sleep("1 minute");
        },
      ];
      for (const [index, body] of bodies.entries()) {
        const fiber = spawn(body as () => Steps);
        while (opened.length === index) yield* sleep(1);
        yield* fiber.kill();
        yield* isClosed(opened[index] as FileHandle);
      }
    }),
  );

  test(
    "is open while it cleans up",
    withFiles(function* () {
      const trace: unknown[] = [];
      const fiber = spawn(function* () {
        const handle = yield* yielding(fsPromises.open(file, "w"));
        try {
          trace.push("opened");
          yield* sleep("1 minute");
        } finally {
          yield* until(handle.writeFile("last words"));
          yield* until(handle.close());
          trace.push("closed");
        }
      });
      while (trace.length === 0) yield* sleep(1);
      yield* fiber.kill();
      expect(trace).toEqual(["opened", "closed"]);
      expect(fs.readFileSync(file, "utf8")).toBe("last words");
    }),
  );

  test(
    "stays open where it was handed over, or its fiber ended by itself",
    withFiles(function* () {
      const handles: FileHandle[] = [];
      const handing = spawn(function* () {
        handles.push(detach(yield* yielding(fsPromises.open(file))));
        yield* sleep("1 minute");
      });
      const cleaning = spawn(function* () {
        const handle = yield* yielding(fsPromises.open(file));
        try {
          yield* sleep("1 minute");
        } finally {
          handles.push(detach(handle));
        }
      });
      const ending = spawn(function* () {
        handles.push(yield* yielding(fsPromises.open(file)));
      });
      while (handles.length < 2) yield* sleep(1);
      yield* sleep(5);
      yield* handing.kill();
      yield* cleaning.kill();
      yield* ending.kill();
      yield* sleep(5);
      expect(handles).toHaveLength(3);
      for (const handle of handles) {
        expect((yield* until(handle.stat())).isFile()).toBe(true);
        yield* until(handle.close());
      }
    }),
  );

  test(
    "is forgotten once it is closed, by whatever means",
    withFiles(function* () {
      const here = getCurrent();
      const held = () => (here === undefined ? 0 : countBelongings(here as never));
      const before = held();
      for (let i = 0; i < 10; i++) {
        const handle = yield* yielding(fsPromises.open(file));
        yield* until(handle.close());
        const other = yield* fsWaits.open(file);
        const read = new Promise<void>((done) => {
          other.createReadStream().on("close", done).resume();
        });
        yield* until(read);
        const directory = yield* yielding(fsPromises.opendir(folder));
        yield* until(directory.close());
      }
      expect(held()).toBe(before);
      for (let i = 0; i < 10; i++) {
        const looking = async () => {
          for await (const _entry of await fsPromises.opendir(folder));
        };
        yield* until(looking());
      }
      // The last one may be held by the host still.
      while (held() > before + 1) {
        collectGarbage();
        yield* sleep(1);
      }
    }),
  );

  test(
    "a directory is closed as well",
    withFiles(function* () {
      const opened = deferred<fs.Dir>();
      const fiber = spawn(function* () {
        opened.done(yield* yielding(fsPromises.opendir(folder)));
        yield* sleep("1 minute");
      });
      const directory = yield* until(opened.promise);
      const closed = deferred();
      const close = directory.close.bind(directory);
      directory.close = (async () => {
        await close();
        closed.done();
      }) as typeof close;
      yield* fiber.kill();
      yield* until(closed.promise);
    }),
  );
});

describe("what a killed fiber looks for step by step", () => {
  test(
    "glob and a directory's entries have no next step",
    withFiles(function* () {
      for (const name of ["a", "b", "c"]) fs.writeFileSync(join(folder, name), name);
      const seen: string[] = [];
      const ended = deferred<string>();
      const fiber = spawn(async () => {
        try {
          for await (const name of fsPromises.glob("*", { cwd: folder })) {
            seen.push(String(name));
            // No Wait: it runs on after the kill.
            await gate.promise;
          }
        } catch (error) {
          ended.done((error as Error).name);
        }
      });
      const gate = deferred();
      while (seen.length === 0) yield* sleep(1);
      yield* fiber.kill();
      gate.done();
      expect(yield* until(ended.promise)).toBe("GreenletExit");
      expect(seen).toHaveLength(1);
      const all: string[] = [];
      const going = spawn(async () => {
        for await (const name of fsPromises.glob("*", { cwd: folder })) all.push(String(name));
      });
      yield* going;
      expect(all.sort()).toEqual(["a", "b", "c", "file"]);
    }),
  );

  test(
    "a file is watched by the others still",
    withFiles(function* () {
      const heard: string[] = [];
      const watch = (name: string) =>
        function* () {
          fs.watchFile(file, { interval: 5 }, () => heard.push(name));
          yield* sleep("1 minute");
        };
      const fibers = ["killed", "going on"].map((name) => spawn(watch(name)));
      yield* sleep(1);
      yield* fibers[0]?.kill() ?? sleep();
      // What changes before a watcher has looked for the first time is no change to it.
      for (let i = 0; heard.length === 0; i++) {
        fs.writeFileSync(file, "x".repeat(i));
        yield* sleep(5);
      }
      yield* fibers[1]?.kill() ?? sleep();
      expect([...new Set(heard)]).toEqual(["going on"]);
    }),
  );
});
