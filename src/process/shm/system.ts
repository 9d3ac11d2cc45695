import { constants, existsSync } from "node:fs";
import { arch, platform as platformName, tmpdir } from "node:os";
import { SharedMemoryUnavailable } from "./shared-memory-errors.ts";

/** What an operating system calls things. */
export interface Platform {
  /** The C library, by the names under which it may be found. */
  readonly library: readonly string[];
  readonly flags: {
    /** To read and write, not inherited by children. */
    readonly open: number;
    /** A new file without a name; 0 where that cannot be said. */
    readonly unnamed: number;
    /** Not inherited by children, where that can be said so. */
    readonly socket: number;
    /** Neither wait nor signal. */
    readonly send: number;
  };
  /** Whether it has posix_fallocate. */
  readonly canReserve: boolean;
  /** Whether an open file can be opened once more by `/proc/<pid>/fd/<descriptor>`, also when its name is gone. */
  readonly hasProc: boolean;
  /** Whether a Unix socket can have a name outside of the file system. */
  readonly hasAbstractSockets: boolean;
  /** A socket address begins with its family, in two bytes or after its length in one. */
  readonly socketFamily: (length: number) => readonly [number, number];
}

const AF_UNIX = 1;

const linux: Platform = {
  library: ["libc.so.6", `libc.musl-${machine()}.so.1`],
  flags: {
    open: 0o2000002,
    unnamed: 0o20000000 | constants.O_DIRECTORY,
    socket: 0o2000000,
    send: 0x4040,
  },
  canReserve: true,
  hasProc: true,
  hasAbstractSockets: true,
  socketFamily: () => [AF_UNIX, 0],
};

/** Written by the book: not tried. */
const darwin: Platform = {
  library: ["libSystem.B.dylib"],
  flags: { open: 0x1000002, unnamed: 0, socket: 0, send: 0x80 },
  canReserve: false,
  hasProc: false,
  hasAbstractSockets: false,
  socketFamily: (length) => [length, AF_UNIX],
};

/** @throws SharedMemoryUnavailable on a system that is not known here. */
export function platform(): Platform {
  const name = platformName();
  if (name === "linux") return linux;
  if (name === "darwin") return darwin;
  throw new SharedMemoryUnavailable(`it is not written for ${name} yet`);
}

/** Whether anybody has seen it work on this system. */
export function isTried(): boolean {
  return platformName() === "linux";
}

/** Where memory can have a name. */
export function memoryFolder(): string {
  return existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
}

function machine(): string {
  return arch() === "x64" ? "x86_64" : arch() === "arm64" ? "aarch64" : arch();
}
