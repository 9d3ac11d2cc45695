import cp from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { sleep, spawn, until } from "fibril";
import {
  type BlockingCall,
  BlockingCallError,
  type EventLoopBlocked,
  isPatched,
  onBlocking,
  patchAll,
  unpatch,
} from "fibril/monkey";
import { afterEach, describe, expect, test, vi } from "vitest";

const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
afterEach(() => {
  unpatch();
  warn.mockClear();
});

const read = () => fs.readFileSync(new URL(import.meta.url));

describe("a call that blocks, in a fiber", () => {
  test("is reported once a place, with the line and what to call instead", async () => {
    patchAll();
    await spawn({ name: "reader" }, function* () {
      read();
      read();
      yield* sleep();
      read();
    });
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toMatch(
      /^fs\.readFileSync in fiber "reader" blocks every fiber \(.*blocking\.test\.ts:\d+:\d+\): call fs\.promises\.readFile, which yields$/,
    );
    await spawn(() => fs.existsSync("."));
    expect(warn).toHaveBeenCalledTimes(2);
  });

  test("is told to whoever asked for it, until they are disposed of", async () => {
    const told: (BlockingCall | EventLoopBlocked)[] = [];
    const listening = onBlocking((blocking) => told.push(blocking));
    patchAll({ maxBlockingTime: false });
    const fiber = spawn(read);
    await fiber;
    listening[Symbol.dispose]();
    await spawn(() => fs.statSync("."));
    expect(told.length).toBe(1);
    expect(told[0]).toMatchObject({
      kind: "call",
      call: "fs.readFileSync",
      instead: "fs.promises.readFile",
    });
    expect(told[0]?.fiber).toBe(fiber);
    expect(told[0]?.site).toContain("blocking.test.ts:");
  });

  test("is found after an await, too", async () => {
    patchAll();
    await spawn(async () => {
      await null;
      await null;
      read();
    });
    expect(warn).toHaveBeenCalledTimes(1);
  });

  test("is an error where that is asked for, and nothing is done", async () => {
    patchAll({ blocking: "throw" });
    const fiber = spawn(() => cp.execFileSync("/no/such/program"));
    const error = await fiber.get().then(String, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(BlockingCallError);
    expect(error).toMatchObject({
      _tag: "BlockingCallError",
      call: "childProcess.execFileSync",
      instead: "childProcess.execFile",
    });
    expect(warn).not.toHaveBeenCalled();
  });

  test("is of fs, child_process, crypto, Atomics or zlib, where that can be patched", async () => {
    const calls: string[] = [];
    const listening = onBlocking(({ call }) => calls.push(call));
    patchAll();
    await spawn(() => {
      crypto.pbkdf2Sync("a", "b", 1, 8, "sha1");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1);
      zlib.gzipSync("text");
    });
    listening[Symbol.dispose]();
    const ofZlib = Object.isFrozen(zlib) ? [] : ["zlib.gzipSync"];
    expect(calls).toEqual(["crypto.pbkdf2Sync", "Atomics.wait", ...ofZlib]);
  });

  test("is nobody's business where it is ignored, or outside of fibers", async () => {
    patchAll({ blocking: "ignore" });
    await spawn(read);
    unpatch();
    patchAll();
    expect(read().length).toBeGreaterThan(0);
    expect(warn).not.toHaveBeenCalled();
  });
});

describe("the place of a call", () => {
  const path = new URL(import.meta.url);
  const callers: Readonly<Record<string, () => unknown>> = {
    plainly: () => fs.statSync(path),
    bound: () => fs.statSync.bind(fs, path)(),
    applied: () => Reflect.apply(fs.statSync, fs, [path]),
    mapped: () => [path].map((each) => fs.statSync(each)),
    "passed to map": () => [path.pathname].map(fs.existsSync),
    "in a promise": () => new Promise((resolve) => resolve(fs.statSync(path))),
    "in an async function": async () => {
      await sleep();
      return fs.statSync(path);
    },
    "after a host's promise": async () => {
      await fs.promises.stat(path);
      return fs.statSync(path);
    },
    promisified: () => {
      type Callback = (error: null, stats: fs.Stats) => void;
      return promisify((done: Callback) => done(null, fs.statSync(path)))();
    },
    "in a getter": () =>
      ({
        get size() {
          return fs.statSync(path).size;
        },
      }).size,
  };

  test.each(Object.keys(callers))("is the program's line: %s", async (how) => {
    const told: string[] = [];
    const listening = onBlocking(({ site }) => told.push(site));
    patchAll();
    await spawn(callers[how] as () => unknown);
    listening[Symbol.dispose]();
    // A runtime that knows no source map of vitest's says another line, but the same file.
    expect(told.map((site) => site.replace(/:\d+:\d+$/, ""))).toEqual([
      expect.stringMatching(/blocking\.test\.ts$/),
    ]);
  });

  test("is that of each call, where one line has two", async () => {
    const told: string[] = [];
    const listening = onBlocking(({ site }) => told.push(site));
    patchAll();
    await spawn(() => [fs.statSync(path), fs.lstatSync(path)]);
    listening[Symbol.dispose]();
    expect(new Set(told).size).toBe(2);
  });
});

describe("every call of the host that blocks", () => {
  /** What each says is to be called in its place, by its name. */
  async function twinsOf(module: string, target: object): Promise<Record<string, string>> {
    const names = Object.keys(target).filter(
      (name) => name.endsWith("Sync") && isPatched(target, name),
    );
    const entries = names.map((name) => {
      try {
        (Reflect.get(target, name) as () => void)();
      } catch (error) {
        if (error instanceof BlockingCallError) return [error.call, error.instead];
      }
      return [`${module}.${name}`, "nothing"];
    });
    return Object.fromEntries(entries);
  }

  test("of fs has a twin that is there", async () => {
    const originals = Object.keys(fs).filter((name) => name.endsWith("Sync"));
    const handle = await fs.promises.open(new URL(import.meta.url));
    const places: Readonly<Record<string, object>> = {
      fs,
      "fs.promises": fs.promises,
      FileHandle: handle,
    };
    patchAll({ blocking: "throw" });
    const twins = await spawn(() => twinsOf("fs", fs));
    await handle.close();
    // What only a Mac has is a name without a function elsewhere.
    const callable = originals.filter((name) => typeof Reflect.get(fs, name) === "function");
    expect(Object.keys(twins).sort()).toEqual(callable.map((name) => `fs.${name}`).sort());
    const missing = Object.values(twins).filter((twin) => {
      const [, place = "", name = ""] = /^(.*)\.(\w+)$/.exec(twin) ?? [];
      return typeof Reflect.get(places[place] ?? {}, name) !== "function";
    });
    expect(missing).toEqual([]);
  });

  test("of the others is named with its twin", async () => {
    patchAll({ blocking: "throw" });
    const twins = await spawn(async () => ({
      ...(await twinsOf("childProcess", cp)),
      ...(await twinsOf("crypto", crypto)),
    }));
    expect(twins).toMatchObject({
      "childProcess.spawnSync": "childProcess.spawn",
      "childProcess.execSync": "childProcess.exec",
      "crypto.scryptSync": "crypto.scrypt",
      "crypto.generateKeyPairSync": "crypto.generateKeyPair",
    });
    expect(Object.values(twins)).not.toContain("nothing");
  });

  test("is found where it hides: in a Dir, in realpathSync.native", async () => {
    const dir = fs.opendirSync(".");
    patchAll({ blocking: "throw" });
    const calls = await spawn(() =>
      [() => dir.readSync(), () => fs.realpathSync.native(".")].map(thrownBy),
    );
    unpatch();
    dir.closeSync();
    expect(calls).toMatchObject([
      { call: "Dir.readSync", instead: "Dir.read" },
      { call: "fs.realpathSync.native", instead: "fs.promises.realpath" },
    ]);
  });

  function thrownBy(call: () => unknown): unknown {
    try {
      return call();
    } catch (error) {
      return error;
    }
  }
});

describe("work in the host's threads", () => {
  test("calls back as ever, and not once its fiber was killed", async () => {
    patchAll();
    const called: string[] = [];
    await spawn(function* () {
      const fiber = spawn(function* () {
        if (isPatched(zlib, "gzip")) zlib.gzip("text", () => called.push("zlib"));
        crypto.pbkdf2("a", "b", 1, 8, "sha1", () => called.push("crypto"));
        yield* sleep("1 minute");
      });
      yield* sleep();
      yield* fiber.kill();
      yield* until(new Promise((done) => zlib.gzip("text", done)));
      yield* until(new Promise((done) => crypto.pbkdf2("a", "b", 1, 8, "sha1", done)));
    });
    expect(called).toEqual([]);
    expect(crypto.randomBytes(4).length).toBe(4);
  });
});
