import { createServer, type Server, type Socket } from "node:net";
import { host } from "../../internal/host.ts";
import { Arena, type ArenaMemory, bytesFor } from "../shm/arena.ts";
import { loadMany, type ViewType } from "../shm/atomics.ts";
import type { Lines } from "../shm/lines.ts";
import { Member } from "../shm/member.ts";
import type { SegmentAddress } from "../shm/segment.ts";
import { SharedMemoryUnavailable } from "../shm/shared-memory-errors.ts";
import { asSegmentAddress, newAddress } from "./address.ts";
import { decodeRequest, encodeNumber, LineReader, type Request } from "./requests.ts";

/** What a process is sent that is rung; any other line answers it. */
export const RING = "!";

type View = Record<number, number | bigint>;

const viewTypes: Readonly<Record<string, ViewType<object>>> = {
  Int8Array,
  Uint8Array,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float32Array,
  Float64Array,
};

/**
 * Holds an arena in this process's own memory, where processes can share none, and
 * does for the others what they would do to it themselves: one step at a time, as
 * Atomics do. Each is a connection, which closes when its process ends.
 */
export class Broker implements ArenaMemory, Lines {
  readonly address: SegmentAddress;
  readonly #buffer: ArrayBuffer;
  readonly #server: Server = createServer();
  readonly #connections: Map<number, Socket> = new Map();
  readonly #views: Map<string, View> = new Map();
  #member: Member | undefined;

  /** The membership of this process in a new one with room for so many objects of 64 bytes. */
  static found(cells: number): Member {
    const size = Math.ceil(bytesFor(cells) / 8) * 8;
    const broker = new Broker(size);
    return Member.join(Arena.in(broker), (member) => {
      broker.#member = member;
      return broker;
    });
  }

  private constructor(size: number) {
    const address = newAddress();
    const server = this.#server;
    this.address = asSegmentAddress(address, size);
    this.#buffer = new ArrayBuffer(size);
    server.on("error", () => {});
    server.on("connection", (socket) => this.#take(socket, address.secret));
    server.listen({ path: address.socket, exclusive: true });
    if (!server.listening) {
      throw new SharedMemoryUnavailable(
        "nor can a socket be made by which processes would ask this one",
      );
    }
    server.unref();
  }

  view<V extends object>(type: ViewType<V>, offset: number, length: number): V {
    return new type(this.#buffer, offset, length);
  }

  ring(pid: number): boolean {
    if (pid === host.process.pid) setImmediate(() => this.#member?.rung());
    else this.#connections.get(pid)?.write(`${RING}\n`);
    return pid === host.process.pid || this.#connections.has(pid);
  }

  /** Connections say it. */
  greet(): void {}

  cut(pid: number): void {
    this.#connections.get(pid)?.destroy();
  }

  hold(): void {
    this.#server.ref();
  }

  letGo(): void {
    this.#server.unref();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#connections.values()) socket.destroy();
  }

  #take(socket: Socket, secret: string): void {
    const lines = new LineReader();
    let pid: number | undefined;
    socket.unref();
    socket.setEncoding("utf8");
    socket.on("error", () => {});
    socket.on("data", (text: string) => {
      // What a process asked before it was swept is not to be done after that.
      if (socket.destroyed) return;
      for (const line of lines.take(text)) {
        if (pid !== undefined) socket.write(`${this.#answer(decodeRequest(line))}\n`);
        else pid = this.#admit(socket, line, secret);
      }
    });
    socket.on("close", () => {
      if (pid === undefined || !this.#connections.delete(pid)) return;
      this.#member?.sweep(pid);
    });
  }

  /** The first line says who it is, and that it was told the address by one of us. */
  #admit(socket: Socket, line: string, secret: string): number | undefined {
    const [found, pid] = line.split(" ");
    if (found !== secret) {
      socket.destroy();
      return undefined;
    }
    this.#connections.set(Number(pid), socket);
    return Number(pid);
  }

  #answer({ step, type, at, a, b }: Request): string {
    if (step === "ring") return String(Number(this.ring(at)));
    const view = this.#viewOf(type);
    if (step === "many") return [...loadMany(view, at, Number(a), Number(b))].join(" ");
    if (step === "get") return encodeNumber(view[at] as number);
    if (step === "set") {
      view[at] = a;
      return "0";
    }
    return encodeNumber(Atomics[step](view as never, at, a as never, b as never));
  }

  #viewOf(type: string): View {
    const known = this.#views.get(type);
    if (known !== undefined) return known;
    const made = viewTypes[type] as ViewType<object> & { readonly BYTES_PER_ELEMENT: number };
    const { byteLength } = this.#buffer;
    const view = this.view(made, 0, Math.floor(byteLength / made.BYTES_PER_ELEMENT)) as View;
    this.#views.set(type, view);
    return view;
  }
}
