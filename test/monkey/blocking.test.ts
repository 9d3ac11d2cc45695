import cp from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import zlib from "node:zlib";
import { sleep, spawn, until } from "fibril";
import {
  type BlockingCall,
  BlockingCallError,
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
    const told: BlockingCall[] = [];
    const listening = onBlocking((blocking) => told.push(blocking));
    patchAll();
    const fiber = spawn(read);
    await fiber;
    listening[Symbol.dispose]();
    await spawn(() => fs.statSync("."));
    expect(told.length).toBe(1);
    expect(told[0]).toMatchObject({ call: "fs.readFileSync", instead: "fs.promises.readFile" });
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
