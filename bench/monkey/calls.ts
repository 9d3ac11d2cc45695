import fs from "node:fs";
import files from "node:fs/promises";
import net from "node:net";
import timers from "node:timers/promises";

/** The host's functions as they are at some moment: patched or not. */
export interface HostCalls {
  readonly fetch: typeof globalThis.fetch;
  readonly readFile: typeof fs.readFile;
  readonly readFilePromise: typeof files.readFile;
  readonly stat: typeof files.stat;
  readonly setTimeout: typeof globalThis.setTimeout;
  readonly clearTimeout: typeof globalThis.clearTimeout;
  readonly setImmediate: typeof globalThis.setImmediate;
  readonly wait: typeof timers.setTimeout;
  readonly connect: typeof net.connect;
}

export const currentCalls = (): HostCalls => ({
  fetch: globalThis.fetch,
  readFile: fs.readFile,
  readFilePromise: files.readFile,
  stat: files.stat,
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setImmediate: globalThis.setImmediate,
  wait: timers.setTimeout,
  connect: net.connect,
});

/** What the calls go to. */
export interface Places {
  readonly url: string;
  readonly echoPort: number;
  readonly file: string;
}

/** One of the host's calls, made `count` times over. */
export interface Call {
  readonly key: string;
  readonly name: string;
  /** Enough that a round takes some milliseconds. */
  readonly count: number;
  run(calls: HostCalls, count: number, places: Places): Promise<void>;
}

export const calls: readonly Call[] = [
  {
    key: "setTimeout",
    name: "`setTimeout`, until it fires",
    count: 3000,
    run: ({ setTimeout }, count) => untilAll(count, (done) => setTimeout(done, 1)),
  },
  {
    key: "clearTimeout",
    name: "`setTimeout`, then `clearTimeout`",
    count: 3000,
    async run({ setTimeout, clearTimeout }, count) {
      for (let i = 0; i < count; i++) clearTimeout(setTimeout(ignore, 1000));
    },
  },
  {
    key: "setImmediate",
    name: "`setImmediate`",
    count: 3000,
    run: ({ setImmediate }, count) => untilAll(count, (done) => setImmediate(done)),
  },
  {
    key: "wait",
    name: "`setTimeout` of `timers/promises`",
    count: 1000,
    async run({ wait }, count) {
      await Promise.all(Array.from({ length: count }, () => wait(1)));
    },
  },
  {
    key: "readFile",
    name: "`fs.readFile` with a callback",
    count: 100,
    async run({ readFile }, count, { file }) {
      for (let i = 0; i < count; i++) await new Promise((done) => readFile(file, done));
    },
  },
  {
    key: "readFilePromise",
    name: "`fs.promises.readFile`",
    count: 100,
    async run({ readFilePromise }, count, { file }) {
      for (let i = 0; i < count; i++) await readFilePromise(file);
    },
  },
  {
    key: "stat",
    name: "`fs.promises.stat`",
    count: 200,
    async run({ stat }, count, { file }) {
      for (let i = 0; i < count; i++) await stat(file);
    },
  },
  {
    key: "fetch",
    name: "`fetch` and `text()`",
    count: 50,
    async run({ fetch }, count, { url }) {
      for (let i = 0; i < count; i++) await (await fetch(url)).text();
    },
  },
  {
    key: "roundTrip",
    name: "a round trip on a socket of `net`",
    count: 200,
    async run({ connect }, count, { echoPort }) {
      const socket = connect(echoPort, "127.0.0.1");
      for (let i = 0; i < count; i++) {
        socket.write("x");
        await new Promise((done) => socket.once("data", done));
      }
      socket.destroy();
    },
  },
  {
    key: "connect",
    name: "`net.connect`, until it is closed",
    count: 50,
    async run({ connect }, count, { echoPort }) {
      for (let i = 0; i < count; i++) {
        const socket = connect(echoPort, "127.0.0.1");
        await new Promise((done) => socket.once("connect", done));
        socket.destroy();
        await new Promise((done) => socket.once("close", done));
      }
    },
  },
];

function ignore(): void {
  // It never comes to that.
}

/** Begins something `count` times; until all of them are done. */
function untilAll(count: number, begin: (done: () => void) => unknown): Promise<void> {
  return new Promise((resolve) => {
    let left = count;
    const done = () => {
      if (--left === 0) resolve();
    };
    for (let i = 0; i < count; i++) begin(done);
  });
}
