/** Each kind of call of the host, killed after 0, 1, 2… turns of its loop: nothing of it is left. */

import cp from "node:child_process";
import { pbkdf2 } from "node:crypto";
import dgram from "node:dgram";
import dns from "node:dns";
import { once } from "node:events";
import fs from "node:fs";
import fsPromises from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import readlinePromises from "node:readline/promises";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { type Fiber, sleep, spawn, until } from "fibril";
import { childProcess, fs as fsWaits, timers } from "fibril/monkey";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Body, patched, type Steps, yielding } from "./in-fiber.ts";

/** How often each is killed at each step: `FIBRIL_ROUNDS=100` for a long run. */
const ROUNDS = Number(process.env["FIBRIL_ROUNDS"] ?? 1);

let folder: string;
let large: string;
let program: string;
/** A name server that never answers. */
let silent: dgram.Socket;

beforeAll(async () => {
  folder = fs.mkdtempSync(join(tmpdir(), "fibril-steps-"));
  large = join(folder, "large");
  fs.writeFileSync(large, Buffer.alloc(300_000, "x"));
  program = join(folder, "program.cjs");
  fs.writeFileSync(program, "setTimeout(() => {}, 60_000);");
  silent = dgram.createSocket("udp4").bind(0, "127.0.0.1");
  await once(silent, "listening");
  // The host keeps its end of this from the first time on.
  fs.watch(folder).close();
});
afterAll(() => {
  silent.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

type Work = () => Steps<unknown> | Promise<unknown>;

/** A promise of what is called back. */
const called = <A>(begin: (done: (error: unknown, value?: A) => void) => void): Promise<A> =>
  new Promise((resolve, reject) =>
    begin((error, value) => (error ? reject(error) : resolve(value as A))),
  );

const files: Readonly<Record<string, Work>> = {
  *"fs.readFile"() {
    yield* until(called((done) => fs.readFile(large, done)));
  },
  "fs.promises.readFile": () => fsPromises.readFile(large),
  *"fs.promises.writeFile"() {
    yield* yielding(fsPromises.writeFile(join(folder, "out"), Buffer.alloc(300_000)));
  },
  async "streams in a pipeline"() {
    const [from, to] = [fs.createReadStream(large), fs.createWriteStream(join(folder, "copy"))];
    await pipeline(from, new PassThrough(), to);
  },
  async "a stream in a loop"() {
    for await (const _chunk of fs.createReadStream(large, { highWaterMark: 1000 })) await sleep();
  },
  *"a handle and no finally"() {
    const handle = yield* yielding(fsPromises.open(large, "r+"));
    yield* yielding(handle.read(Buffer.alloc(1000), 0, 1000, 0));
    yield* yielding(handle.write("y"));
    yield* until(handle.close());
  },
  async "a handle that is closed in finally"() {
    const handle = await fsPromises.open(large);
    try {
      for (let i = 0; i < 5; i++) await handle.read(Buffer.alloc(1000), 0, 1000, i);
    } finally {
      await handle.close();
    }
  },
  *"a handle of a Wait"() {
    const handle = yield* fsWaits.open(large);
    yield* until(handle.readFile());
    yield* until(handle.close());
  },
  // Unread: Deno itself closes one that is half read only with the garbage.
  *"a directory"() {
    yield* yielding(fsPromises.opendir(folder));
    yield* sleep("1 minute");
  },
  *watchers() {
    fs.watch(folder);
    fs.watchFile(large, () => {});
    yield* sleep("1 minute");
  },
};

const others: Readonly<Record<string, Work>> = {
  *"dns.lookup"() {
    yield* until(called((done) => dns.lookup("localhost", done)));
    yield* yielding(dns.promises.lookup("localhost"));
  },
  async "dns.resolve"() {
    const resolver = new dns.promises.Resolver({ timeout: 200, tries: 1 });
    resolver.setServers([`127.0.0.1:${silent.address().port}`]);
    await resolver.resolve4("nowhere.invalid").finally(() => resolver.cancel());
  },
  async "a question"() {
    const streams = { input: new PassThrough(), output: new PassThrough() };
    await readlinePromises.createInterface(streams).question("name? ");
  },
  *"crypto.pbkdf2"() {
    yield* until(called((done) => pbkdf2("secret", "salt", 1000, 32, "sha256", done)));
  },
};

const children: Readonly<Record<string, Work>> = {
  async exec() {
    await promisify(cp.exec)("sleep 60; echo");
  },
  *"exec as a Wait"() {
    yield* childProcess.exec("sleep 60 | cat");
  },
  *execFile() {
    yield* until(called((done) => cp.execFile("sleep", ["60"], done)));
  },
  *spawn() {
    cp.spawn("sh", ["-c", "sleep 60 & wait"], { stdio: ["pipe", "pipe", "inherit"] });
    yield* sleep("1 minute");
  },
};

/** A whole runtime is started. */
const runtimes: Readonly<Record<string, Work>> = {
  *fork() {
    cp.fork(program);
    yield* sleep("1 minute");
  },
};

test.each([...kinds(files, 12), ...kinds(others, 6), ...kinds(children, 5), ...kinds(runtimes, 2)])(
  "%s, killed at any of %i steps, leaves nothing open",
  async (_name, steps, work) => {
    await patched(
      { fs: true, dns: true, childProcess: true, crypto: true, readline: true },
      () => killedAtEachOf(steps, work) as ReturnType<Body>,
    )();
  },
);

function kinds(works: Readonly<Record<string, Work>>, steps: number): [string, number, Work][] {
  return Object.entries(works).map(([name, work]) => [name, steps, work]);
}

function* killedAtEachOf(steps: number, work: Work): Steps {
  const before = open();
  for (let round = 0; round < ROUNDS; round++) {
    for (let step = 0; step < steps; step++) yield* killedAfter(step, work);
  }
  expect(yield* settled(before)).toEqual([]);
}

function* killedAfter(step: number, work: Work): Steps {
  const fiber: Fiber<unknown, unknown> = spawn(work as () => Steps<unknown>);
  for (let i = 0; i < step; i++) yield* timers.setImmediate();
  yield* fiber.kill();
}

/** Gives what stays open but was not before; what was under way may still open and close something. */
function* settled(before: readonly string[]): Steps<string[]> {
  let since: string[] = [];
  let quiet = 0;
  for (let i = 0; i < MOST_LOOKS && quiet < 5; i++) {
    yield* sleep(1);
    since = open().filter((name) => !before.includes(name));
    quiet = since.length === 0 ? quiet + 1 : 0;
  }
  return since;
}

const MOST_LOOKS = 2000;

/** This process's descriptors and children, as Linux tells them. */
function open(): string[] {
  const descriptors = fs.readdirSync("/proc/self/fd").flatMap((number) => {
    try {
      return `${number} ${fs.readlinkSync(`/proc/self/fd/${number}`)}`;
    } catch {
      // That of the folder itself.
      return [];
    }
  });
  const children = fs
    .readdirSync("/proc/self/task")
    .map((id) => fs.readFileSync(`/proc/self/task/${id}/children`, "utf8").trim());
  return [...descriptors, ...children.filter((each) => each !== "")];
}
