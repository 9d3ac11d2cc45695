import { Buffer } from "node:buffer";
import { fault } from "../fault.ts";
import { WAITED, WAITED_FOR } from "../shm/layout.ts";
import type { Member } from "../shm/member.ts";
import { Cursor, countBetween } from "./cursor.ts";
import { BUSY, Flow, type FlowCells, type FlowLimits, NONE, type RingFlowHandle } from "./flow.ts";
import { Latch } from "./latch.ts";
import { type Found, RingReader, RingWriter } from "./ring.ts";
import { RingFile } from "./ring-file.ts";
import { WeakCache } from "./weak-cache.ts";

/** The flows that this process has, by their rings: whoever waits for one does so in one room. */
const known = new WeakCache<RingFlow>();

/** A flow whose messages lie in shared memory. */
export class RingFlow extends Flow {
  readonly #file: RingFile;
  readonly #limits: FlowLimits;
  readonly #put: Cursor;
  readonly #got: Cursor;
  /** Both once more, to look at while the others are at work. */
  readonly #seen: { readonly ahead: Cursor; readonly behind: Cursor };
  readonly #writer: RingWriter;
  readonly #reader: RingReader;
  readonly #putting: Latch;
  readonly #getting: Latch;
  readonly #found: Found = { bytes: Buffer.alloc(0), start: 0, end: 0 };

  /** @throws SharedMemoryUnavailable, SharedMemoryFull */
  static create(member: Member, limits: FlowLimits): RingFlow {
    const file = RingFile.create();
    const cells: FlowCells = [
      member.arena.allocate(1, WAITED),
      member.arena.allocate(1, WAITED),
      Latch.create(member).cell,
      Latch.create(member).cell,
    ];
    return known.get(file.address.id, () => new RingFlow(member, cells, file, limits));
  }

  /** @throws SharedMemoryGone */
  static at(member: Member, { cells, ring }: RingFlowHandle, limits: FlowLimits): RingFlow {
    const flow = known.get(ring.id, () => {
      return new RingFlow(member, cells, RingFile.attach(ring), limits);
    });
    flow.#file.arrived(ring.ticket);
    return flow;
  }

  private constructor(
    member: Member,
    [items, space, putting, getting]: FlowCells,
    file: RingFile,
    limits: FlowLimits,
  ) {
    super(member, items, space);
    this.#file = file;
    this.#limits = limits;
    this.#put = new Cursor(member.words, items);
    this.#got = new Cursor(member.words, space);
    const behind = new Cursor(member.words, space);
    this.#seen = { ahead: new Cursor(member.words, items), behind };
    this.#writer = new RingWriter(file, this.#put, behind);
    this.#reader = new RingReader(file, this.#got);
    this.#putting = new Latch(member, putting);
    this.#getting = new Latch(member, getting);
  }

  send(): RingFlowHandle {
    const cells: FlowCells = [
      this.items.cell,
      this.space.cell,
      this.#putting.cell,
      this.#getting.cell,
    ];
    return { cells, ring: this.#file.send() };
  }

  get id(): string {
    return this.#file.address.id;
  }

  get count(): number {
    return countBetween(this.#put, this.#got);
  }

  get putCount(): number {
    return this.#put.count;
  }

  get isFull(): boolean {
    const { count, bytes } = this.#limits;
    if (count !== Number.POSITIVE_INFINITY && this.count >= count) return true;
    return bytes !== Number.POSITIVE_INFINITY && this.#used >= bytes;
  }

  offer(message: Uint8Array): boolean | typeof BUSY {
    if (this.isFull) return false;
    if (!this.#putting.take()) return BUSY;
    let state: number;
    try {
      if (this.isFull) return false;
      this.#put.load();
      this.#writer.write(message);
      fault?.("flow.written");
      state = this.#put.commit(1);
    } finally {
      if (this.#putting.release()) this.space.call();
    }
    fault?.("flow.put");
    this.items.came(state);
    return true;
  }

  take<A>(read: (found: Found) => A): A | typeof NONE | typeof BUSY {
    if (this.isEmpty) return NONE;
    if (!this.#getting.take()) return BUSY;
    let state: number;
    let value: A;
    try {
      if (this.isEmpty) return NONE;
      this.#got.load();
      this.#reader.read(this.#found);
      value = read(this.#found);
      this.tally?.begin(this.#got.count);
      fault?.("flow.read");
      state = this.#got.commit(1);
      fault?.("flow.got");
      this.tally?.end();
    } finally {
      if (this.#getting.release()) this.items.call();
    }
    fault?.("flow.taken");
    if (this.#isAwaited(state) && this.isCalm) this.space.came(state);
    return value;
  }

  waitToGet(): boolean {
    return this.#getting.mark();
  }

  waitToPut(): boolean {
    return this.#putting.mark();
  }

  protected get isCalm(): boolean {
    const { count, calm } = this.#limits;
    if (count !== Number.POSITIVE_INFINITY && this.count >= count) return false;
    return calm === Number.POSITIVE_INFINITY || this.#used <= calm;
  }

  /** Bytes. */
  get #used(): number {
    const { ahead, behind } = this.#seen;
    // In this order: the one behind can only come closer meanwhile.
    behind.load();
    ahead.load();
    return (ahead.bytes - behind.bytes) >>> 0;
  }

  #isAwaited(state: number): boolean {
    return (state & WAITED_FOR) !== 0 || this.space.waiting > 0;
  }
}
