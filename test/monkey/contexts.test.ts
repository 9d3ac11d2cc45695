import { AsyncLocalStorage } from "node:async_hooks";
import cp from "node:child_process";
import crypto from "node:crypto";
import dns from "node:dns";
import fs from "node:fs";
import fsPromises from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import timersPromises from "node:timers/promises";
import zlib from "node:zlib";
import { sleep, spawn, until } from "fibril";
import { detach, patchAll, unpatch } from "fibril/monkey";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { listening, type Steps, serve } from "./in-fiber.ts";

const storage = new AsyncLocalStorage<string>();
const here = new URL(import.meta.url);

let site: Awaited<ReturnType<typeof serve>>;
let greeter: net.Server;
let greeterPort: number;

beforeAll(async () => {
  site = await serve((_request, response) => response.end("answer"));
  greeter = net.createServer((socket) => socket.on("error", () => {}).end("hello"));
  greeterPort = await listening(greeter);
});
afterAll(() => {
  site.close();
  greeter.close();
});
beforeEach(() => {
  patchAll({ blocking: "ignore" });
});
afterEach(unpatch);

/** Ways in which the host calls back; each tells of what it has told. */
const ways: Readonly<Record<string, (heard: (what: string) => void) => unknown>> = {
  setTimeout: (heard) => setTimeout(heard, 1, "fired"),
  setImmediate: (heard) => setImmediate(heard, "fired"),
  setInterval(heard) {
    const timer = setInterval(() => {
      clearInterval(timer);
      heard("fired");
    }, 1);
  },
  queueMicrotask: (heard) => queueMicrotask(() => heard("called")),
  nextTick: (heard) => process.nextTick(heard, "called"),
  "timers/promises": async (heard) => heard(await timersPromises.setTimeout(1, "value")),
  "fs.stat": (heard) => fs.stat(here, (error) => heard(String(error))),
  "fs/promises": async (heard) => heard(String((await fsPromises.stat(here)).isFile())),
  createReadStream(heard) {
    const stream = fs.createReadStream(here, { end: 10 });
    stream.on("data", () => heard("data")).on("close", () => heard("close"));
  },
  "dns.lookup": (heard) => dns.lookup("127.0.0.1", (error) => heard(String(error))),
  "zlib.gzip": (heard) => zlib.gzip("text", (error) => heard(String(error))),
  "crypto.pbkdf2": (heard) =>
    crypto.pbkdf2("a", "b", 1, 8, "sha256", (error) => heard(String(error))),
  execFile: (heard) =>
    cp.execFile(process.execPath, ["--version"], (error) => heard(String(error))),
  spawn(heard) {
    const child = cp.spawn(process.execPath, ["--version"]);
    child.stdout.on("data", () => heard("data"));
    child.on("close", () => heard("close"));
  },
  "net.connect"(heard) {
    const socket = net.connect(greeterPort, "127.0.0.1");
    for (const event of ["connect", "data", "close"]) socket.on(event, () => heard(event));
  },
  "http.get"(heard) {
    http.get(site.url, (response) => {
      heard("response");
      response.on("data", () => heard("data")).on("end", () => heard("end"));
    });
  },
  fetch: async (heard) => heard(await (await fetch(site.url)).text()),
  "fetch's body": async (heard) => {
    for await (const _ of (await fetch(site.url)).body ?? []) heard("part");
  },
  "Promise.all": async (heard) => {
    await Promise.all([fetch(site.url), fsPromises.stat(here)].map((call) => call.then(() => {})));
    heard("all");
  },
};

/** Begins all of them, and notes what they are told in which context. */
async function listen(seen: Map<string, string | undefined>): Promise<void> {
  for (const [way, begin] of Object.entries(ways)) {
    await begin((what) => seen.set(`${way}: ${what}`, storage.getStore()));
  }
}

/** So many things they are told. */
const ALL = 25;

function* listenTo(
  begin: (seen: Map<string, string | undefined>) => unknown,
): Steps<Map<string, unknown>> {
  const seen = new Map<string, string | undefined>();
  begin(seen);
  while (seen.size < ALL) yield* sleep(1);
  return seen;
}

const allOf = (seen: Map<string, unknown>): unknown[] => [...new Set(seen.values())];

describe("AsyncLocalStorage through patched calls", () => {
  test("keeps outside of fibers what it keeps without patches", async () => {
    const outside = async () => {
      const seen = new Map<string, string | undefined>();
      storage.run("outside", listen, seen);
      while (seen.size < ALL) await sleep(1);
      return [...seen].sort();
    };
    const now = await outside();
    unpatch();
    expect(now).toEqual(await outside());
    expect(now).toContainEqual(["fetch: answer", "outside"]);
  });

  test("keeps it inside, and two fibers never see each other's", async () => {
    const bodies = ["a", "b", "c"].map((store, n) =>
      spawn(function* () {
        // By run around the fiber's calls, by run around all, and by enterWith.
        if (n === 2) storage.enterWith(store);
        return yield* listenTo((seen) =>
          n === 2 ? listen(seen) : storage.run(store, listen, seen),
        );
      }),
    );
    const awaiting = ["d", "e"].map((store) =>
      storage.run(store, () =>
        spawn(async () => {
          const seen = new Map<string, string | undefined>();
          await listen(seen);
          while (seen.size < ALL) await sleep(1);
          return seen;
        }),
      ),
    );
    const stores: unknown[] = [];
    for (const fiber of [...bodies, ...awaiting]) stores.push(...allOf(await fiber));
    expect(stores).toEqual(["a", "b", "c", "d", "e"]);
    expect(storage.getStore()).toBe(undefined);
  });

  test("nests: what is begun in an inner run has the inner store, what comes after the outer", async () => {
    const fiber = storage.run("outer", () =>
      spawn(function* (): Steps<unknown> {
        const trace: unknown[] = [];
        const inner = storage.run("inner", () =>
          fetch(site.url).then((response) => {
            trace.push(storage.getStore());
            return response.text();
          }),
        );
        yield* until(inner);
        trace.push(storage.getStore());
        yield* until(fsPromises.stat(here));
        trace.push(
          storage.exit(() => storage.getStore()),
          storage.getStore(),
        );
        yield* until(new Promise((done) => storage.run("timer", setTimeout, done, 1)));
        trace.push(storage.getStore());
        return trace;
      }),
    );
    expect(await fiber).toEqual(["inner", "outer", undefined, "outer", "outer"]);
  });

  test("keeps it in what is handed over, when its fiber was killed", async () => {
    let told: (store: unknown) => void = () => {};
    const store = new Promise((resolve) => {
      told = resolve;
    });
    const fiber = storage.run("killed", () =>
      spawn(function* () {
        detach(setTimeout(() => told(storage.getStore()), 5));
        yield* sleep("1 minute");
      }),
    );
    await sleep(0);
    await fiber.kill();
    expect(await store).toBe("killed");
  });
});
