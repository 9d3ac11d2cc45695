import cp from "node:child_process";
import crypto from "node:crypto";
import dns from "node:dns";
import { once } from "node:events";
import fs from "node:fs";
import fsPromises from "node:fs/promises";
import { join } from "node:path";
import readline from "node:readline";
import timers from "node:timers";
import timersPromises from "node:timers/promises";
import { promisify } from "node:util";
import zlib from "node:zlib";
import { spawn, until } from "fibril";
import { isPatched, patchAll, unpatch } from "fibril/monkey";
import { afterEach, describe, expect, test } from "vitest";
import { root } from "../../scripts/toolchain.ts";
import { runOk } from "../harness/run.ts";
import { type Steps, serve } from "./in-fiber.ts";

const program = join(root, "test/monkey/fixtures/throwing.ts");
const here = new URL(import.meta.url);

afterEach(unpatch);

test("what nobody catches is told of once, as it is unpatched", async () => {
  const args = "Deno" in globalThis ? ["run", "--quiet", "-A"] : ["--conditions=fibril-source"];
  const [plain, patched] = await Promise.all(
    ["plain", "patched"].map((how) => runOk(process.execPath, [...args, program, how])),
  );
  expect(plain?.stdout).toMatch(/fetch failed unhandledRejection\n$/);
  expect(patched?.stdout).toBe(plain?.stdout);
});

describe("a signal of the user's own", () => {
  /** Calls that take one; each is aborted before it is made, and while it is under way. */
  const calls = (url: string): Record<string, (signal: AbortSignal) => Promise<unknown>> => ({
    fetch: (signal) => fetch(url, { signal }),
    "fetch of a Request": (signal) => fetch(new Request(url, { signal })),
    "fs.readFile": (signal) =>
      new Promise((resolve, reject) => {
        fs.readFile(here, { signal }, (error, data) => (error ? reject(error) : resolve(data)));
      }),
    "fs/promises.readFile": (signal) => fsPromises.readFile(here, { signal }),
    "timers/promises.setTimeout": (signal) => timersPromises.setTimeout(60_000, 1, { signal }),
    "timers/promises.setInterval": async (signal) => {
      for await (const _ of timersPromises.setInterval(60_000, 1, { signal })) break;
    },
    execFile: (signal) =>
      promisify(cp.execFile)(process.execPath, ["-e", "setTimeout(() => {}, 60_000)"], { signal }),
    "spawn, whose error is awaited": (signal) =>
      once(cp.spawn(process.execPath, ["--version"], { signal }), "close"),
  });

  const reasons: readonly unknown[] = [undefined, new RangeError("enough"), "a string"];

  async function outcomes(url: string): Promise<unknown[]> {
    const all: unknown[] = [];
    for (const [name, call] of Object.entries(calls(url))) {
      for (const reason of reasons) {
        all.push([name, "before", await errorOf(call(AbortSignal.abort(reason)))]);
        const controller = new AbortController();
        const under = errorOf(call(controller.signal));
        controller.abort(reason);
        all.push([name, "while", await under]);
      }
    }
    return all;
  }

  const errorOf = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => "done",
      (error: unknown) => looksOf(error),
    );

  function looksOf(error: unknown): unknown {
    if (!(error instanceof Error)) return error;
    const { name, message, code, cause } = error as Error & { code?: unknown };
    return { type: error.constructor.name, name, message, code, cause: cause && looksOf(cause) };
  }

  test("gives the errors that it gives unpatched", async () => {
    const server = await serve(() => {});
    const plain = await outcomes(server.url);
    patchAll({ blocking: "ignore" });
    const outside = await outcomes(server.url);
    const inFiber = await spawn(function* (): Steps<unknown> {
      return yield* until(outcomes(server.url));
    });
    const inAsync = await spawn(() => outcomes(server.url));
    server.close();
    for (const patched of [outside, inFiber, inAsync]) expect(patched).toEqual(plain);
  });
});

describe("what a function carries", () => {
  const modules = { fs, dns, cp, crypto, zlib, timers, readline, globalThis };
  /** Others have constants, and `RegExp` what was matched last. */
  const globals = ["setTimeout", "setImmediate", "setInterval", "fetch"];

  /** Every property of every function but those that all have. */
  function carried(): Map<string, unknown> {
    const all = new Map<string, unknown>();
    for (const [module, object] of Object.entries(modules)) {
      for (const name of Object.getOwnPropertyNames(object)) {
        const value = Object.getOwnPropertyDescriptor(object, name)?.value as unknown;
        if (typeof value !== "function") continue;
        if (object === globalThis && !globals.includes(name)) continue;
        for (const key of Reflect.ownKeys(value)) {
          if (COMMON.includes(key)) continue;
          all.set(`${module}.${name}[${String(key)}]`, Reflect.get(value, key));
        }
      }
    }
    return all;
  }

  const COMMON: readonly unknown[] = ["name", "length", "prototype", "caller", "arguments"];

  test("it carries patched: what util.promisify looks for, too, and what is patched of that", () => {
    const before = carried();
    patchAll();
    const now = carried();
    expect([...now.keys()]).toEqual([...before.keys()]);
    const changed = [...now]
      .filter(([key, value]) => value !== before.get(key))
      .map(([key]) => key);
    const custom = "[Symbol(nodejs.util.promisify.custom)]";
    const both = ["timers", "globalThis"].flatMap((place) =>
      ["setTimeout", "setImmediate"].map((name) => `${place}.${name}${custom}`),
    );
    const own = [...both, `cp.exec${custom}`, `cp.execFile${custom}`, "fs.realpathSync[native]"];
    expect(changed.filter((key) => !own.includes(key))).toEqual([]);
  });

  test("promisify of it gives what it gives unpatched", async () => {
    const handle = await fsPromises.open(here);
    const values = async () => [
      await promisify(fs.read)(handle.fd, Buffer.alloc(4), 0, 4, 0),
      await promisify(fs.exists)(here),
      await promisify(dns.lookup)("127.0.0.1"),
      await promisify(dns.lookupService)("127.0.0.1", 22),
      await promisify(cp.exec)("echo text"),
      await promisify(cp.execFile)("echo", ["text"]),
      await promisify(setTimeout)(1, "value"),
      await promisify(setImmediate)("value"),
      String(await promisify(zlib.gzip)("text")),
      await promisify(crypto.pbkdf2)("a", "b", 1, 8, "sha256"),
    ];
    const plain = await values();
    patchAll({ blocking: "ignore" });
    expect(isPatched(fs, "read")).toBe(true);
    expect(await values()).toEqual(plain);
    expect(await spawn(values)).toEqual(plain);
    await handle.close();
  });
});

describe("a foreign wrapper", () => {
  /** As an instrumentation does it: keeps what it finds, and puts that back. */
  function wrap(trace: string[], name: string): () => void {
    const { stat } = fs;
    fs.stat = ((...args: Parameters<typeof stat>) => {
      trace.push(name);
      return stat(...args);
    }) as typeof fs.stat;
    return () => {
      fs.stat = stat;
    };
  }

  const call = () => new Promise((done) => fs.stat(here, done));

  test("below ours is called by it, and is what unpatch puts back", async () => {
    const trace: string[] = [];
    const unwrap = wrap(trace, "below");
    const { stat } = fs;
    patchAll();
    patchAll();
    await spawn(call);
    expect(trace).toEqual(["below"]);
    unpatch();
    expect(fs.stat).toBe(stat);
    unwrap();
  });

  test("on top of ours that is taken away before unpatch leaves nothing behind", async () => {
    const trace: string[] = [];
    const { stat } = fs;
    patchAll();
    const unwrap = wrap(trace, "above");
    await spawn(call);
    unwrap();
    await spawn(call);
    expect(trace).toEqual(["above"]);
    unpatch();
    expect(fs.stat).toBe(stat);
  });
});
