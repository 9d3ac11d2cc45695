/** Fibers by the hundred that are killed in calls of the host: neither side keeps anything of them. */

import dns from "node:dns";
import dnsPromises from "node:dns/promises";
import { createServer as createHttp, type ServerResponse } from "node:http";
import net from "node:net";
import timers from "node:timers/promises";
import tls from "node:tls";
import { getHub, killAll, sleep, spawn, until } from "fibril";
import { expect, test } from "vitest";
import { collectGarbage } from "../harness/garbage.ts";
import { listening, patched, type Steps } from "./in-fiber.ts";

/** Fibers in a run: `FIBRIL_KILLS=5000` for a long one. */
const COUNT = Number(process.env["FIBRIL_KILLS"] ?? 100);

/** Runs before the measure, in which code is compiled and pools grow, and in it. */
const WARM_UPS = 2;
const RUNS = 3;

/** A request or socket that is kept takes ten times that; the hosts' own tables grow a little. */
const BYTES_LEFT_EACH = 1500;

const everything = { timers: true, fetch: true, net: true, tls: true, dns: true };

/** A server that counts who is there. */
interface Counting {
  readonly port: number;
  /** Connections that are open. */
  readonly open: ReadonlySet<net.Socket>;
  /** Requests, or connections where it knows of no requests, that came. */
  readonly came: number;
  /** Ends those on which no request is under way: a client keeps them, on Deno for a minute and more. */
  endIdle(): void;
  end(): void;
}

/** What a fiber does in vain, and how many have got so far that they may be killed. */
interface Load {
  readonly answer?: (response: ServerResponse) => void;
  readonly body: (port: number) => Promise<unknown>;
  /** Whether they are killed only when the server has heard of all of them. */
  readonly arrives: boolean;
}

const ask = (port: number) => fetch(`http://127.0.0.1:${port}/`);
const beginAnswer = (response: ServerResponse) => response.writeHead(200).write("the first half");

const loads: Readonly<Record<string, Load>> = {
  "fetch, as it connects": { body: ask, arrives: false },
  "fetch, before the answer": { answer: () => {}, body: ask, arrives: true },
  "fetch, in the body": {
    answer: beginAnswer,
    body: async (port) => (await ask(port)).text(),
    arrives: true,
  },
  "net.connect, as it connects": {
    body: (port) => until(new Promise(() => net.connect(port, "127.0.0.1"))) as never,
    arrives: false,
  },
  "net.connect, as it reads": {
    body: (port) => new Promise((done) => net.connect(port, "127.0.0.1").on("data", done)),
    arrives: true,
  },
  "tls.connect, in the handshake": {
    body: (port) => new Promise((done) => tls.connect(port, "127.0.0.1").on("secureConnect", done)),
    arrives: true,
  },
  timers: {
    async body() {
      setInterval(() => {}, 60_000);
      setImmediate(() => {}).unref();
      const long = new Promise((done) => setTimeout(done, 60_000).unref());
      await Promise.race([long, timers.setTimeout(60_000), timers.scheduler?.wait(60_000)]);
    },
    arrives: false,
  },
  "dns.lookup": {
    body: () =>
      Promise.all([
        dnsPromises.lookup("localhost"),
        new Promise((done) => dns.lookup("localhost", done)),
      ]),
    arrives: false,
  },
};

test.each(Object.entries(loads))(
  "%s: all of them killed, nothing stays",
  async (_name, load) => {
    await patched(everything, function* () {
      const server = yield* until(
        load.answer === undefined ? countingSockets() : countingRequests(load.answer),
      );
      const idle = resources();
      for (let run = 0; run < WARM_UPS; run++) yield* killMany(load, server);
      const before = yield* settledHeap();
      for (let run = 0; run < RUNS; run++) yield* killMany(load, server);
      expect(getHub().timers).toBe(0);
      // Of a request that is over the host learns from its collector, some turns late.
      yield* untilTrue(() => heapNow() - before < RUNS * COUNT * BYTES_LEFT_EACH);
      yield* untilTrue(() => {
        server.endIdle();
        return server.open.size === 0;
      });
      yield* untilTrue(() => more(resources(), idle).length === 0);
      server.end();
    })();
  },
  60_000,
);

function* killMany({ body, arrives }: Load, server: Counting): Steps {
  const wanted = server.came + COUNT;
  const fibers = Array.from({ length: COUNT }, () => spawn(body, server.port));
  yield* sleep();
  if (arrives) yield* untilTrue(() => server.came >= wanted);
  yield* killAll(fibers);
}

/** Ends: a test that waits in vain has a time limit. */
function* untilTrue(isTrue: () => boolean): Steps {
  while (!isTrue()) yield* sleep(20);
}

async function countingRequests(answer: (response: ServerResponse) => void): Promise<Counting> {
  const busy = new Set<net.Socket>();
  const server = createHttp(({ socket }, response) => {
    counted.came++;
    busy.add(socket);
    response.on("close", () => busy.delete(socket));
    answer(response);
  });
  const counted = await counting(server, (socket) => busy.has(socket));
  return counted;
}

async function countingSockets(): Promise<Counting> {
  const server = net.createServer((socket) => {
    counted.came++;
    // One that does not read would not see the other side go.
    socket.resume();
  });
  const counted = await counting(server, () => true);
  return counted;
}

async function counting(
  server: net.Server,
  isBusy: (socket: net.Socket) => boolean,
): Promise<Counting & { came: number }> {
  const open = new Set<net.Socket>();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.on("error", () => {}).on("close", () => open.delete(socket));
  });
  const endIdle = () => {
    for (const socket of open) if (!isBusy(socket)) socket.destroy();
  };
  return { port: await listening(server), open, came: 0, endIdle, end: () => server.close() };
}

/** What keeps Node going, timers of its own left out; other runtimes don't tell. */
function resources(): string[] {
  const { getActiveResourcesInfo } = process as { getActiveResourcesInfo?: () => string[] };
  return getActiveResourcesInfo?.().filter((name) => name !== "Timeout") ?? [];
}

/** What is in `now` more often than in `then`. */
function more(now: readonly string[], then: readonly string[]): string[] {
  const left = [...then];
  return now.filter((name) => {
    const at = left.indexOf(name);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** The heap once everything that is due was done and collected. */
function* settledHeap(): Steps<number> {
  for (let i = 0; i < 3; i++) {
    yield* sleep(5);
    collectGarbage();
  }
  return heapNow();
}

function heapNow(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
