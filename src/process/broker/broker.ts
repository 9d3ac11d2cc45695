import { Buffer } from "node:buffer";
import { createServer, type Server, type Socket } from "node:net";
import { host } from "../../internal/host.ts";
import { Frames, frameOf } from "../connection/frames.ts";
import { Arena, type ArenaMemory, bytesFor } from "../shm/arena.ts";
import type { ViewType } from "../shm/atomics.ts";
import type { Keeper } from "../shm/keeper.ts";
import type { Lines } from "../shm/lines.ts";
import { Member } from "../shm/member.ts";
import { ringNextBy } from "../shm/ring-next.ts";
import type { SegmentAddress } from "../shm/segment.ts";
import { SharedMemoryUnavailable } from "../shm/shared-memory-errors.ts";
import { asSegmentAddress, newAddress } from "./address.ts";
import { HeldMemory } from "./held-memory.ts";
import { decodeRequest, NO, type Request, YES } from "./requests.ts";

/** What a process is sent that is rung: any answer is longer. */
const RING = frameOf(new Uint8Array());

/** All that a stranger can make us hold. */
const LONGEST_HELLO = 256;

/**
 * Holds an arena in this process's own memory, where processes can share none, and
 * does for the others what they would do to it themselves: one step at a time, as
 * Atomics do. Each is a connection, which closes when its process ends.
 */
export class Broker implements ArenaMemory, Lines {
  readonly address: SegmentAddress;
  readonly #held: HeldMemory;
  readonly #server: Server = createServer();
  readonly #connections: Map<number, Socket> = new Map();
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
    this.#held = new HeldMemory(size);
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

  get keeper(): Keeper {
    return this.#held.stocks;
  }

  view<V extends object>(type: ViewType<V>, offset: number, length: number): V {
    return this.#held.view(type, offset, length);
  }

  ring(pid: number): boolean {
    if (pid === host.process.pid) setImmediate(() => this.#member?.rung());
    else this.#connections.get(pid)?.write(RING);
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
    const frames = new Frames();
    let pid: number | undefined;
    socket.unref();
    socket.on("error", () => {});
    socket.on("data", (chunk: Buffer) => {
      frames.push(chunk);
      if (pid === undefined && (frames.length ?? 0) > LONGEST_HELLO) socket.destroy();
      // What a process asked before it was swept is not to be done after that.
      while (!socket.destroyed && frames.isWhole) {
        const content = frames.take();
        if (pid === undefined) pid = this.#admit(socket, content, secret);
        else socket.write(frameOf(this.#answer(decodeRequest(content), pid)));
      }
    });
    socket.on("close", () => {
      if (pid === undefined || !this.#connections.delete(pid)) return;
      this.#held.stocks.forget(pid);
      this.#member?.sweep(pid);
    });
  }

  /** The first message says who it is, and that it was told the address by one of us. */
  #admit(socket: Socket, content: Buffer, secret: string): number | undefined {
    const [found, pid] = content.toString("latin1").split(" ");
    if (found !== secret) {
      socket.destroy();
      return undefined;
    }
    this.#connections.set(Number(pid), socket);
    return Number(pid);
  }

  #answer(request: Required<Request>, pid: number): Uint8Array {
    const { step, at, a } = request;
    if (step === "ring") return yesOrNo(this.ring(at));
    if (step === "ringNext") return yesOrNo(ringNextBy(this.#member as Member, at, Number(a)));
    return this.#held.perform(request, pid);
  }
}

function yesOrNo(answer: boolean): Uint8Array {
  return Buffer.from(answer ? YES : NO);
}
