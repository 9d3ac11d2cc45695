import { host } from "../../internal/host.ts";
import type { CFunction, Foreign, Signature } from "./foreign.ts";
import { loadForeign } from "./load-foreign.ts";
import { SharedMemoryUnavailable } from "./shared-memory-errors.ts";
import { platform } from "./system.ts";

/** The system's functions that Node has no name for. */
export interface Libc {
  /** Opens a file to read and to write, and gives its descriptor, or -1. */
  open(path: string): number;
  /** As `open`, for a new file in a folder that never has a name; -1 where there are no such files. */
  openUnnamed(folder: string): number;
  close(descriptor: number): void;
  /** How long a file is. */
  sizeOf(descriptor: number): number;
  /** Gives `size` bytes of a file, from `from` on, their place on the disk: 0, or why it cannot. */
  reserve(descriptor: number, size: number, from: number): number;
  /** Bytes of a file as memory, which is let go once its ArrayBuffer is collected; undefined if that is refused. */
  map(descriptor: number, size: number, from: number): ArrayBuffer | undefined;
  /** Connects to a Unix socket and gives the descriptor, or -1 if nobody listens there. */
  connect(socketAddress: Uint8Array): number;
  /** Sends the bytes at once or not at all. */
  send(descriptor: number, bytes: Uint8Array): boolean;
}

let loaded: Libc | undefined;

/** @throws SharedMemoryUnavailable where C cannot be called. */
export function libc(): Libc {
  loaded ??= load(loadForeign());
  return loaded;
}

const signatures: Readonly<Record<string, Signature>> = {
  open: { takes: ["bytes", "int", "int"], gives: "int" },
  close: { takes: ["int"], gives: "int" },
  lseek: { takes: ["int", "offset", "int"], gives: "offset" },
  mmap: { takes: ["pointer", "size", "int", "int", "int", "offset"], gives: "pointer" },
  munmap: { takes: ["pointer", "size"], gives: "int" },
  socket: { takes: ["int", "int", "int"], gives: "int" },
  connect: { takes: ["int", "bytes", "int"], gives: "int" },
  send: { takes: ["int", "bytes", "size", "int"], gives: "int" },
};

/** macOS has no such function. */
const reserving: Readonly<Record<string, Signature>> = {
  posix_fallocate: { takes: ["int", "offset", "offset"], gives: "int" },
};

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const SEEK_END = 2;
const OWNER_ONLY = 0o600;
const EINTR = 4;
const AF_UNIX = 1;
const SOCK_STREAM = 1;

function load(foreign: Foreign): Libc {
  const { library, flags, canReserve } = platform();
  const c = loadFirst(foreign, library, canReserve ? { ...signatures, ...reserving } : signatures);
  const unmap = new FinalizationRegistry<readonly [pointer: unknown, size: bigint]>((mapped) =>
    c["munmap"]?.(...mapped),
  );
  const close = (descriptor: number) => void c["close"]?.(descriptor);
  return {
    close,
    open: (path) => int(c["open"], terminated(path), flags.open, 0),
    openUnnamed: (folder) =>
      flags.unnamed === 0
        ? -1
        : int(c["open"], terminated(folder), flags.open | flags.unnamed, OWNER_ONLY),
    sizeOf: (descriptor) => Number(c["lseek"]?.(descriptor, 0n, SEEK_END)),
    reserve(descriptor, size, from) {
      let refused: number;
      do refused = int(c["posix_fallocate"], descriptor, BigInt(from), BigInt(size));
      while (refused === EINTR);
      return refused;
    },
    map(descriptor, size, from) {
      const { nullPointer } = foreign;
      const length = BigInt(size);
      const how = [PROT_READ_WRITE, MAP_SHARED, descriptor, BigInt(from)];
      const pointer = c["mmap"]?.(nullPointer, length, ...how);
      if (foreign.isFailure(pointer)) return undefined;
      const buffer = foreign.view(pointer, size);
      unmap.register(buffer, [pointer, length]);
      return buffer;
    },
    connect(address) {
      const descriptor = int(c["socket"], AF_UNIX, SOCK_STREAM | flags.socket, 0);
      if (descriptor < 0) return -1;
      if (int(c["connect"], descriptor, address, address.length) === 0) return descriptor;
      close(descriptor);
      return -1;
    },
    send: (descriptor, bytes) =>
      int(c["send"], descriptor, bytes, BigInt(bytes.length), flags.send) === bytes.length,
  };
}

function int(call: CFunction | undefined, ...args: unknown[]): number {
  return call?.(...args) as number;
}

/** One libc or the other is there. */
function loadFirst(
  foreign: Foreign,
  libraries: readonly string[],
  functions: Readonly<Record<string, Signature>>,
): Record<string, CFunction> {
  let failure: unknown;
  for (const library of libraries) {
    try {
      return foreign.load(library, functions);
    } catch (error) {
      failure = error;
    }
  }
  const tried = libraries.join(" nor ");
  throw new SharedMemoryUnavailable(`${host.runtime} can load neither ${tried}`, {
    cause: failure,
  });
}

function terminated(path: string): Uint8Array {
  return new TextEncoder().encode(`${path}\0`);
}
