import { bellName, socketAddress } from "./bell-name.ts";
import { libc } from "./libc.ts";
import type { ProcessTable } from "./process-table.ts";

/**
 * Owns the connections by which this process rings others. They are the system's
 * own sockets and not Node's: a ring is sent before the call returns, and takes 1 us.
 */
export class Wires {
  readonly #segment: string;
  readonly #table: ProcessTable;
  /** By process id, which is another one when a slot has a new tenant. */
  readonly #descriptors: Map<number, number> = new Map();

  /** @param table of those who share the segment. */
  constructor(segment: string, table: ProcessTable) {
    this.#segment = segment;
    this.#table = table;
  }

  /** Sends one byte; false if that process has ended, or has not begun to listen. */
  send(pid: number, byte: Uint8Array): boolean {
    const known = this.#descriptors.get(pid);
    if (known !== undefined && libc().send(known, byte)) return true;
    this.cut(pid);
    this.#cutThoseToNobody();
    const descriptor = libc().connect(socketAddress(bellName(this.#segment, pid)));
    if (descriptor < 0) return false;
    this.#descriptors.set(pid, descriptor);
    return libc().send(descriptor, byte);
  }

  cut(pid: number): void {
    const descriptor = this.#descriptors.get(pid);
    if (descriptor === undefined) return;
    this.#descriptors.delete(pid);
    libc().close(descriptor);
  }

  cutAll(): void {
    for (const pid of [...this.#descriptors.keys()]) this.cut(pid);
  }

  /** Only the one who clears up after a process learns of its end at once. */
  #cutThoseToNobody(): void {
    const there = new Set([...this.#table.entries()].map((entry) => entry.pid));
    for (const pid of [...this.#descriptors.keys()]) if (!there.has(pid)) this.cut(pid);
  }
}
