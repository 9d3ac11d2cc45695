import { openSync, statfsSync, unlinkSync, writeSync } from "node:fs";
import { join } from "node:path";
import { host } from "../../internal/host.ts";
import { libc } from "./libc.ts";
import { SharedMemoryFull, SharedMemoryUnavailable } from "./shared-memory-errors.ts";
import { memoryFolder, platform } from "./system.ts";

/** An open file whose bytes processes share. */
export interface MemoryFile {
  readonly descriptor: number;
  /** By what others open it. */
  readonly path: string;
  readonly hasName: boolean;
}

/**
 * A new file, without a name where that can be: nothing is left behind then however the process ends.
 *
 * @param id what its name has in it where it needs one.
 * @throws SharedMemoryUnavailable if none can be made.
 */
export function makeFile(id: string): MemoryFile {
  const unnamed = libc().openUnnamed(memoryFolder());
  if (unnamed >= 0) return withoutName(unnamed);
  const path = join(memoryFolder(), `fibril-${id}`);
  const descriptor = openNew(path);
  if (!platform().hasProc) return { descriptor, path, hasName: true };
  unlinkSync(path);
  return withoutName(descriptor);
}

/** A file that others open by the descriptor of this process. */
export function withoutName(descriptor: number): MemoryFile {
  return { descriptor, path: `/proc/${host.process.pid}/fd/${descriptor}`, hasName: false };
}

function openNew(path: string): number {
  try {
    return openSync(path, "wx+", 0o600);
  } catch (error) {
    const { message } = error as Error;
    throw new SharedMemoryUnavailable(`no file can be made (${message})`, { cause: error });
  }
}

/** Closes it: those who have opened it keep it. */
export function dropFile({ descriptor, path, hasName }: MemoryFile): void {
  libc().close(descriptor);
  if (hasName) unlinkSync(path);
}

/** A part of a file, in whole pages. */
export interface FilePart {
  readonly from: number;
  readonly size: number;
}

/**
 * Takes room for a part: what is written to memory without room ends the process.
 *
 * @param requested what was asked for, for the error.
 * @throws SharedMemoryFull if there is too little.
 */
export function reserveFile(
  { descriptor }: Pick<MemoryFile, "descriptor">,
  part: FilePart,
  requested: number = part.size,
): void {
  if (!platform().canReserve) return writeZeros(descriptor, part);
  if (libc().reserve(descriptor, part.size, part.from) === 0) return;
  throw new SharedMemoryFull(requested, roomLeft());
}

/** A chunk is small enough to be made, and large enough for the disk. */
const CHUNK = 1 << 20;

function writeZeros(descriptor: number, { from, size }: FilePart): void {
  const zeros = new Uint8Array(CHUNK);
  try {
    for (let done = 0; done < size; )
      done += writeSync(descriptor, zeros, 0, Math.min(CHUNK, size - done), from + done);
  } catch (error) {
    throw new SharedMemoryFull(size, roomLeft(), { cause: error });
  }
}

/** A part as memory, which is let go once nothing refers to it. */
export function mapFile(descriptor: number, { from, size }: FilePart): ArrayBuffer {
  let buffer: ArrayBuffer | undefined;
  let cause: unknown;
  try {
    buffer = libc().map(descriptor, size, from);
  } catch (error) {
    cause = error;
  }
  if (buffer !== undefined) return buffer;
  throw new SharedMemoryFull(size, "the system gives no addresses for it", { cause });
}

const MAGIC = 0x46_49_42_31;
const ID_WORDS = 4;
/** How many bytes an id has, which are written in hexadecimal. */
export const ID_BYTES: number = 4 * ID_WORDS;

/** Writes at its beginning what tells this memory from others: as the last thing, others wait for it. */
export function stamp(buffer: ArrayBuffer, id: string): void {
  Buffer.from(buffer, 4, ID_BYTES).write(id, "hex");
  Atomics.store(new Int32Array(buffer, 0, 1), 0, MAGIC);
}

export function isStamped(buffer: ArrayBuffer, id: string): boolean {
  const isOurs = Atomics.load(new Int32Array(buffer, 0, 1), 0) === MAGIC;
  return isOurs && Buffer.from(buffer, 4, ID_BYTES).toString("hex") === id;
}

function roomLeft(): string {
  const folder = memoryFolder();
  try {
    const { bavail, bsize } = statfsSync(folder);
    return `"${folder}" has ${bavail * bsize} left; ask for less, or give it more room (Docker: --shm-size)`;
  } catch {
    return `"${folder}" is full`;
  }
}
