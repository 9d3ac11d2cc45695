import { createServer, type Server, type Socket } from "node:net";
import type { Entry } from "./process-table.ts";
import { SharedMemoryUnavailable } from "./shared-memory-errors.ts";

/** The byte that rings. Any other one begins a greeting. */
const RING = 0;
const GREETING_BYTES = 5;

export const ringing: Uint8Array = Uint8Array.of(RING);

/** Tells who is at the other end of a connection: the slot, plus 1, and the process id. */
export function greetingOf({ slot, pid }: Entry): Uint8Array {
  const bytes = Buffer.alloc(GREETING_BYTES, slot + 1);
  bytes.writeInt32LE(pid, 1);
  return bytes;
}

/** What a bell says. */
export interface BellListener {
  /** Something may have changed. */
  rung(): void;
  /** A process has told who it is, on a connection that lasts as long as it. */
  greeted(by: Entry): void;
  /** A connection has closed by which a process had told who it is: that process has ended. */
  closed(by: Entry): void;
}

/** Owns the socket on which this process is rung by others. */
export class Bell {
  readonly #server: Server;
  readonly #listener: BellListener;
  readonly #connections: Set<Socket> = new Set();
  #isClosed = false;

  /**
   * One that can be rung at once.
   *
   * @throws SharedMemoryUnavailable if the system refuses the socket.
   */
  static listen(name: string, listener: BellListener): Bell {
    const server = createServer();
    // Whether it was refused shows below; the event comes too late to be thrown.
    server.on("error", () => {});
    // Exclusive, or a worker of node:cluster would have to ask its primary first.
    server.listen({ path: name, exclusive: true });
    if (!server.listening) {
      throw new SharedMemoryUnavailable("the system refuses the socket on which a process is rung");
    }
    server.unref();
    return new Bell(server, listener);
  }

  private constructor(server: Server, listener: BellListener) {
    this.#server = server;
    this.#listener = listener;
    server.on("connection", (socket) => this.#take(socket));
  }

  /** Keeps the program alive: somebody waits to be rung. */
  hold(): void {
    if (!this.#isClosed) this.#server.ref();
  }

  /** Undoes `hold`, once for all. */
  letGo(): void {
    if (!this.#isClosed) this.#server.unref();
  }

  close(): void {
    this.#isClosed = true;
    this.#server.close();
    for (const socket of this.#connections) socket.destroy();
  }

  #take(socket: Socket): void {
    let by: Entry | undefined;
    let greeting: number[] = [];
    this.#connections.add(socket);
    socket.unref();
    socket.on("data", (bytes: Uint8Array) => {
      for (const byte of bytes) {
        if (byte === RING && greeting.length === 0) continue;
        greeting.push(byte);
        if (greeting.length < GREETING_BYTES) continue;
        by = entryIn(Buffer.from(greeting));
        greeting = [];
        this.#listener.greeted(by);
      }
      this.#listener.rung();
    });
    // A reset is an end like any other.
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#connections.delete(socket);
      if (by !== undefined && !this.#isClosed) this.#listener.closed(by);
    });
  }
}

function entryIn(greeting: Buffer): Entry {
  return { slot: (greeting[0] as number) - 1, pid: greeting.readInt32LE(1) };
}
