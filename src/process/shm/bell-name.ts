import { unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { platform } from "./system.ts";

/**
 * The Unix socket on which a process of a segment is rung: on Linux one that has no
 * name in the file system, so that none is left behind.
 */
export function bellName(segment: string, pid: number): string {
  const name = `fibril-${segment}-${pid}`;
  return platform().hasAbstractSockets ? `\0${name}` : join(tmpdir(), name);
}

/** The name as the system's `connect` takes it. */
export function socketAddress(name: string): Uint8Array {
  const path = new TextEncoder().encode(platform().hasAbstractSockets ? name : `${name}\0`);
  const address = new Uint8Array(2 + path.length);
  address.set(platform().socketFamily(address.length));
  address.set(path, 2);
  return address;
}

/** Removes what a killed process could not. */
export function forgetBellName(name: string): void {
  if (platform().hasAbstractSockets) return;
  try {
    unlinkSync(name);
  } catch {
    // It ended in order and took it along.
  }
}
