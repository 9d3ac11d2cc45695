import { home, memberOf } from "../family.ts";
import { Ear } from "../ring/ear.ts";
import { FLOW_CELLS, UNLIMITED } from "../ring/flow.ts";
import type { Found } from "../ring/ring.ts";
import { RingFlow } from "../ring/ring-flow.ts";
import { PLAIN } from "../shm/layout.ts";
import { SharedMemoryFull } from "../shm/shared-memory-errors.ts";
import { Claims } from "./claims.ts";
import type { LineHandle } from "./line-handle.ts";
import { fromBytes, toBytes } from "./packet-bytes.ts";
import type { Packet } from "./wire.ts";

/**
 * One end of a line of shared memory between a pool and a worker: two rings of
 * packets, and the word by which both know what the worker has begun. What was sent
 * is not lost with the process that sent it.
 */
export class RingLine {
  readonly claims: Claims;
  readonly #outgoing: RingFlow;
  readonly #incoming: RingFlow;
  readonly #cell: number;
  #ear: Ear | undefined;

  private constructor(outgoing: RingFlow, incoming: RingFlow, cell: number) {
    this.#outgoing = outgoing;
    this.#incoming = incoming;
    this.#cell = cell;
    this.claims = new Claims(outgoing.member.words, cell);
  }

  /** @throws SharedMemoryUnavailable, SharedMemoryFull */
  static create(): RingLine {
    const member = home(2 * FLOW_CELLS + 1);
    const cell = member.arena.allocate(1, PLAIN);
    return new RingLine(
      RingFlow.create(member, UNLIMITED),
      RingFlow.create(member, UNLIMITED),
      cell,
    );
  }

  /** The other end. */
  static open({ arena, orders, answers, claims }: LineHandle): RingLine {
    const member = memberOf(arena);
    const incoming = RingFlow.at(member, orders, UNLIMITED);
    return new RingLine(RingFlow.at(member, answers, UNLIMITED), incoming, claims);
  }

  /** For the other process. */
  handle(): LineHandle {
    const [orders, answers] = [this.#outgoing.send(), this.#incoming.send()];
    return { arena: this.#outgoing.member.address, orders, answers, claims: this.#cell };
  }

  /** False if there is no memory for it. */
  send(packet: Packet): boolean {
    try {
      return this.#outgoing.offer(toBytes(packet)) === true;
    } catch (error) {
      if (error instanceof SharedMemoryFull) return false;
      throw error;
    }
  }

  /** Calls `listener` when packets have come. While it listens the program goes on. */
  listen(listener: () => void): void {
    const { items } = this.#incoming;
    this.#ear ??= new Ear(items, listener, () => this.#incoming.waitToGet());
  }

  rest(): void {
    this.#ear?.stop();
    this.#ear = undefined;
  }

  /** Makes it fit for another worker, now that this one has ended; false if it can't be. */
  renew(): boolean {
    this.rest();
    for (const flow of [this.#incoming, this.#outgoing]) {
      let taken: unknown;
      do taken = flow.take(skip);
      while (typeof taken !== "symbol");
    }
    this.claims.reset();
    return this.#incoming.isEmpty && this.#outgoing.isEmpty;
  }

  /** The next packet that has come. */
  take(): Packet | undefined {
    const packet = this.#incoming.take(read);
    return typeof packet === "symbol" ? undefined : packet;
  }
}

function read({ bytes, start, end }: Found): Packet {
  return fromBytes(bytes, start, end);
}

function skip(): void {
  // It is for nobody.
}
