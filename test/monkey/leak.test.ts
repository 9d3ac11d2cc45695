import cp from "node:child_process";
import fs from "node:fs";
import fsPromises from "node:fs/promises";
import net from "node:net";
import timers from "node:timers/promises";
import { type Fiber, getCurrent, sleep, until } from "fibril";
import { net as netWaits, timers as timerWaits } from "fibril/monkey";
import { expect, test } from "vitest";
import { countBelongings } from "../../src/monkey/belongings.ts";
import { collectGarbage } from "../harness/garbage.ts";
import { listening, patched, serve, yielding } from "./in-fiber.ts";

const everything = { timers: true, fs: true, net: true, fetch: true, childProcess: true };

const held = (): number => countBelongings(getCurrent() as Fiber);

test(
  "a fiber that goes on holds nothing of what is over",
  patched(everything, function* () {
    const here = new URL(import.meta.url);
    for (let round = 0; round < 20; round++) {
      yield* yielding(fsPromises.stat(here));
      yield* yielding(timers.setTimeout(0));
      yield* timerWaits.setImmediate();
      clearTimeout(setTimeout(() => {}, 1000));
      clearInterval(setInterval(() => {}, 1000));
      yield* until(new Promise((done) => setTimeout(done, 0)));
      yield* until(new Promise((done) => fs.stat(here, done)));
      yield* until(fsPromises.readFile("no such file").catch(() => {}));
    }
    expect(held()).toBe(0);
    const server = net.createServer((socket) => socket.end());
    const port = yield* until(listening(server));
    const socket = yield* netWaits.connect(port, "127.0.0.1");
    expect(held()).toBe(2);
    yield* until(new Promise((done) => socket.once("close", done).resume()));
    yield* until(new Promise((done) => server.close(done)));
    yield* until(
      new Promise((done) => cp.spawn(process.execPath, ["--version"]).on("close", done)),
    );
    expect(held()).toBe(0);
  }),
);

/** The last ones may be held by the host's own pool. */
const LAST = 5;

test(
  "a fiber that makes many requests holds none of their bodies",
  patched(everything, function* () {
    const server = yield* until(serve((_request, response) => response.end("answer")));
    for (let round = 0; round < 50; round++) {
      const response = yield* yielding(fetch(server.url));
      expect(yield* yielding(response.text())).toBe("answer");
    }
    while (held() > LAST) {
      collectGarbage();
      yield* sleep(1);
    }
    server.close();
  }),
);
