import { randomBytes } from "node:crypto";
import { platform, tmpdir } from "node:os";
import { join } from "node:path";
import type { SegmentAddress } from "../shm/segment.ts";

/** Where a broker listens, and what it wants to hear first. */
export interface BrokerAddress {
  readonly socket: string;
  readonly secret: string;
}

const PREFIX = "broker:";

/** As the address of memory, to stand in handles. */
export function asSegmentAddress(broker: BrokerAddress, size: number): SegmentAddress {
  return { path: PREFIX + JSON.stringify(broker), size, id: broker.secret };
}

/** Of memory that a broker holds; undefined of a segment. */
export function brokerIn({ path }: SegmentAddress): BrokerAddress | undefined {
  return path.startsWith(PREFIX) ? JSON.parse(path.slice(PREFIX.length)) : undefined;
}

export function newAddress(): BrokerAddress {
  const name = `fibril-broker-${randomBytes(8).toString("hex")}`;
  return { socket: socketPath(name), secret: randomBytes(16).toString("hex") };
}

/** On Linux it has no name in the file system. */
function socketPath(name: string): string {
  if (platform() === "linux") return `\0${name}`;
  return platform() === "win32" ? `\\\\.\\pipe\\${name}` : join(tmpdir(), name);
}
