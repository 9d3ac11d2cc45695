/** PostgreSQL and Redis, for tests of the packages that talk to them: each in a folder of its own. */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** A server that is running. */
export interface Server {
  /** Where it listens: PostgreSQL's folder, Redis's socket. */
  readonly path: string;
  /** Until `thaw` it answers nobody. */
  freeze(): void;
  thaw(): void;
  /** Ends it and starts another in its place. */
  restart(): Promise<void>;
  /** Ends it and removes what it has written. */
  stop(): Promise<void>;
}

/** Where Debian puts the programs of PostgreSQL; elsewhere they are in the path. */
const DEBIAN = "/usr/lib/postgresql";

const programs = {
  postgresql: programIn([...debianFolders(), ...pathFolders()], "postgres"),
  "redis-server": programIn(pathFolders(), "redis-server"),
};

/** Whether this machine has not got a server; if so it is said why tests are skipped. */
export function isMissing(name: keyof typeof programs): boolean {
  if (programs[name] !== undefined) return false;
  console.warn(`There is no ${name} here, so its tests are skipped: apt-get install ${name}`);
  return true;
}

/** An empty database "postgres" for a user "postgres", who needs no password. */
export function startPostgres(): Promise<Server> {
  const program = programOf("postgresql");
  const user = ordinaryUser();
  const folder = makeFolder("pg", user);
  const data = join(folder, "data");
  const setUp = ["--pgdata", data, "--username=postgres", "--auth=trust", "--no-sync"];
  execFileSync(...asUser(user, [program.replace(/postgres$/, "initdb"), ...setUp]), {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  const settings = ["listen_addresses=", `unix_socket_directories=${folder}`, "fsync=off"];
  const more = ["synchronous_commit=off", "full_page_writes=off", "max_connections=40"];
  const options = [...settings, ...more].flatMap((setting) => ["-c", setting]);
  const command = asUser(user, [program, "-D", data, ...options]);
  return serve(folder, command, { path: folder, ready: "stderr", stopBy: "SIGINT" });
}

/** A Redis that keeps nothing. */
export function startRedis(): Promise<Server> {
  const program = programOf("redis-server");
  const folder = makeFolder("redis", undefined);
  const path = join(folder, "socket");
  const settings = ["--port", "0", "--unixsocket", path, "--dir", folder];
  const command: Command = [program, [...settings, "--save", "", "--appendonly", "no"]];
  return serve(folder, command, { path, ready: "stdout", stopBy: "SIGTERM" });
}

type Command = readonly [program: string, args: readonly string[]];

interface Kind {
  readonly path: string;
  /** Where it says that it is ready to accept connections. */
  readonly ready: "stdout" | "stderr";
  readonly stopBy: NodeJS.Signals;
}

async function serve(folder: string, [program, args]: Command, kind: Kind): Promise<Server> {
  const start = async () => {
    const child = spawn(program, args, { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
    // A test run that ends in the middle takes its servers along.
    const end = () => child.kill("SIGKILL");
    process.on("exit", end);
    child.once("exit", () => process.off("exit", end));
    await saysReady(child, child[kind.ready]);
    return child;
  };
  const end = async (child: ChildProcess) => {
    const exit = once(child, "exit");
    child.kill(kind.stopBy);
    await exit;
  };
  const remove = () => fs.rmSync(folder, { recursive: true });
  let running = await start().catch((error) => {
    remove();
    throw error;
  });
  // The child's own `kill` works but once on Deno.
  const signal = (name: NodeJS.Signals) => {
    if (running.pid !== undefined) process.kill(running.pid, name);
  };
  return {
    path: kind.path,
    freeze: () => signal("SIGSTOP"),
    thaw: () => signal("SIGCONT"),
    async restart() {
      await end(running);
      running = await start();
    },
    async stop() {
      await end(running);
      remove();
    },
  };
}

async function saysReady(child: ChildProcess, output: Readable): Promise<void> {
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").resume();
  let log = "";
  await new Promise<void>((resolve, reject) => {
    output.on("data", (text: string) => {
      if (log === "ready") return;
      log += text;
      if (!/ready to accept connections/i.test(log)) return;
      log = "ready";
      resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`The server ended with ${code}: ${log}`)));
  });
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Who runs PostgreSQL, which refuses to be root's; undefined is who runs the tests. */
function ordinaryUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = fs.readFileSync("/etc/passwd", "utf8").split("\n");
  const line = lines.find((each) => each.startsWith("postgres:")) ?? "nobody:x:65534:65534";
  const [, , uid, gid] = line.split(":");
  return { uid: Number(uid), gid: Number(gid) };
}

function asUser(user: User | undefined, [program = "", ...args]: readonly string[]): Command {
  if (user === undefined) return [program, args];
  const { uid, gid } = user;
  const switched = [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", program, ...args];
  return ["setpriv", switched];
}

function makeFolder(name: string, user: User | undefined): string {
  const folder = fs.mkdtempSync(join(tmpdir(), `fibril-${name}-`));
  if (user !== undefined) fs.chownSync(folder, user.uid, user.gid);
  return folder;
}

function debianFolders(): readonly string[] {
  if (!fs.existsSync(DEBIAN)) return [];
  const versions = fs.readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(DEBIAN, version, "bin"));
}

function pathFolders(): readonly string[] {
  return (process.env["PATH"] ?? "").split(":");
}

function programIn(folders: readonly string[], name: string): string | undefined {
  return folders.map((folder) => join(folder, name)).find((file) => fs.existsSync(file));
}

function programOf(name: keyof typeof programs): string {
  const program = programs[name];
  if (program === undefined) throw new Error(`Cannot start ${name}: it is not installed`);
  return program;
}
