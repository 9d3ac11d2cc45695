import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { refuseUntried } from "../family.ts";
import { fault } from "../fault.ts";
import { libc } from "../shm/libc.ts";
import { Segment } from "../shm/segment.ts";
import { SharedMemoryGone, SharedMemoryUnavailable } from "../shm/shared-memory-errors.ts";
import { platform } from "../shm/system.ts";
import { keep, segmentAt } from "./block.ts";
import { MemoryNameError } from "./memory-name-error.ts";

/*
 * A file's name would stay when the program is killed. Here a name is a Unix socket
 * outside of the file system, on which nobody ever talks: the system lists it with
 * its own long name, which says all that is to be known, and takes it away with the
 * process. So a name lives as long as the process that gave it.
 */

/** Memory that has a name. */
export interface Named {
  readonly segment: Segment;
  /** In bytes, as it was asked for. */
  readonly size: number;
}

interface Published extends Named {
  readonly socket: Server;
}

/** What this process gave a name, by the segment's id. */
const published: Map<string, Published> = new Map();

/** Gives new memory a name. @throws MemoryNameError if there is one of that name. */
export function publish(name: string, size: number): Named {
  refuseWithoutNames();
  if (find(name) !== undefined) throw exists(name);
  const segment = keep(orAdvise(() => Segment.create(size)));
  const { id } = segment.address;
  const socket = listen(socketName(name, segment, size));
  fault?.("memory.named");
  published.set(id, { segment, size, socket });
  // Of two that came at the same moment one has to go.
  const isLater = listed(name).some((each) => each.address.id < id && isLive(each) !== undefined);
  if (!isLater) return { segment, size };
  unpublish(segment);
  throw exists(name);
}

/** The memory of that name. @throws MemoryNameError if there is none. */
export function lookUp(name: string): Named {
  refuseWithoutNames();
  const found = find(name);
  if (found !== undefined) return found;
  throw absent(name);
}

/** Takes the name away in all processes; false if somebody has. */
export function unpublish(segment: Segment): boolean {
  const { id } = segment.address;
  published.get(id)?.socket.close();
  published.delete(id);
  return Atomics.exchange(header(segment), UNLINKED, 1) === 0;
}

/** The last word before the user's bytes: whether the name was taken away. */
const UNLINKED = 15;

function header({ buffer }: Segment): Int32Array<ArrayBuffer> {
  return new Int32Array(buffer, 0, UNLINKED + 1);
}

interface Listed {
  readonly address: Segment["address"];
  readonly size: number;
}

function find(name: string): Named | undefined {
  for (const each of listed(name)) {
    const segment = isLive(each);
    if (segment !== undefined) return { segment, size: each.size };
  }
  return undefined;
}

function isLive({ address }: Listed): Segment | undefined {
  try {
    const segment = segmentAt(address);
    return Atomics.load(header(segment), UNLINKED) === 0 ? segment : undefined;
  } catch (error) {
    if (error instanceof SharedMemoryGone) return undefined;
    throw error;
  }
}

const SOCKETS = "/proc/net/unix";
const PREFIX = "fibril-memory";

function socketName(name: string, { address }: Segment, size: number): string {
  const file = address.path.replaceAll("/", " ").trim().split(" ");
  const [, pid, , descriptor] = file;
  return `\0${[PREFIX, hash(name), pid, descriptor, address.size, size, address.id].join(".")}`;
}

/** All sockets that stand for the name. */
function listed(name: string): Listed[] {
  const start = `@${PREFIX}.${hash(name)}.`;
  return readFileSync(SOCKETS, "utf8")
    .split("\n")
    .flatMap((line) => {
      const at = line.indexOf(start);
      if (at < 0) return [];
      const [pid, descriptor, whole, size, id] = line.slice(at + start.length).split(".");
      const path = `/proc/${pid}/fd/${descriptor}`;
      return [{ address: { path, size: Number(whole), id: id as string }, size: Number(size) }];
    });
}

/** A socket's name has 107 bytes and no more. */
function hash(name: string): string {
  return createHash("sha1").update(name).digest("base64url");
}

function listen(name: string): Server {
  const socket = createServer((connection) => connection.destroy());
  socket.on("error", () => {});
  socket.listen({ path: name, exclusive: true });
  socket.unref();
  return socket;
}

/** Gives what `make` gives, or says what there is in place of shared memory. */
function orAdvise<A>(make: () => A): A {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof SharedMemoryUnavailable)) throw error;
    const advice = "take a RawArray, whose items the main process holds then, or a manager's list";
    throw new SharedMemoryUnavailable(`${error.reason}; ${advice}`, { cause: error });
  }
}

function refuseWithoutNames(): void {
  orAdvise(() => {
    refuseUntried();
    libc();
  });
  const { hasProc, hasAbstractSockets } = platform();
  if (hasProc && hasAbstractSockets) return;
  throw new SharedMemoryUnavailable("memory has names on Linux only; send the object itself");
}

function exists(name: string): MemoryNameError {
  return new MemoryNameError(
    `Cannot make the shared memory "${name}": there is one of that name; open it without create, or unlink it`,
    "EEXIST",
  );
}

function absent(name: string): MemoryNameError {
  return new MemoryNameError(
    `Cannot open the shared memory "${name}": there is none; was it unlinked, or has the process that made it ended?`,
    "ENOENT",
  );
}

/** For one that was unlinked before. */
export function alreadyUnlinked(name: string): MemoryNameError {
  return new MemoryNameError(`Cannot unlink the shared memory "${name}": it was before`, "ENOENT");
}
