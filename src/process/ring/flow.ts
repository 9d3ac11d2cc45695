import { Buffer } from "node:buffer";
import { killAt } from "../fault.ts";
import { ifLost } from "../in-flight.ts";
import { WAITED, WAITED_FOR } from "../shm/layout.ts";
import type { Member } from "../shm/member.ts";
import { Cursor, countBetween } from "./cursor.ts";
import { FlowRoom } from "./flow-room.ts";
import { Latch } from "./latch.ts";
import { type Found, RingReader, RingWriter } from "./ring.ts";
import { type RingAddress, RingFile } from "./ring-file.ts";
import { WeakCache } from "./weak-cache.ts";

/** How another process finds a flow in the arena that both share. */
export interface FlowHandle {
  readonly cells: FlowCells;
  readonly ring: RingAddress;
}

/** Its two rooms, and the latches of those who put and those who get. */
export type FlowCells = readonly [items: number, space: number, putting: number, getting: number];

/** How many cells of an arena a flow takes. */
export const FLOW_CELLS = 4;

/** How much a flow holds. */
export interface FlowLimits {
  /** Messages. */
  readonly count: number;
  /** Where there are so many already, nothing more is taken in; what is taken in may be larger. */
  readonly bytes: number;
  /** Whoever waited for room goes on when there are no more than so many. */
  readonly calm: number;
}

/** As many as come. */
export const UNLIMITED: FlowLimits = {
  count: Number.POSITIVE_INFINITY,
  bytes: Number.POSITIVE_INFINITY,
  calm: Number.POSITIVE_INFINITY,
};

/** There is no message. */
export const NONE: unique symbol = Symbol("none");
/** Another process is at it, and did not let go in time: whoever waits in the room is rung when it does. */
export const BUSY: unique symbol = Symbol("busy");

/** Is told of every message that is taken, while others are kept out. */
export interface Tally {
  /** One is about to be taken; `before` is how many have been so far, modulo 2 ** 30. */
  begin(before: number): void;
  /** It is. */
  end(): void;
}

/** The flows that this process has, by their rings: whoever waits for one does so in one room. */
const known = new WeakCache<Flow>();

/**
 * Messages on their way between any processes, in order. They lie in shared memory
 * and belong to nobody: a process that has put one may end.
 *
 * Whoever is killed in a step has done it or has not; whoever waits is rung then.
 */
export class Flow {
  readonly member: Member;
  /** Whether nothing will come any more: those who want a message are to be told. */
  isOver: () => boolean = () => false;
  /** Whether nobody will take anything any more: those who have a message are to be told. */
  isVain: () => boolean = () => false;
  /** Counts what each process takes. */
  tally: Tally | undefined;
  /** Where those wait that want a message. */
  readonly items: FlowRoom;
  /** Where those wait that have one. */
  readonly space: FlowRoom;
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
  readonly #atWritten: (() => void) | undefined = killAt("flow.written");
  readonly #atPut: (() => void) | undefined = killAt("flow.put");
  readonly #atRead: (() => void) | undefined = killAt("flow.read");
  readonly #atGot: (() => void) | undefined = killAt("flow.got");

  /** @throws SharedMemoryUnavailable, SharedMemoryFull */
  static create(member: Member, limits: FlowLimits): Flow {
    const file = RingFile.create();
    const cells: FlowCells = [
      member.arena.allocate(1, WAITED),
      member.arena.allocate(1, WAITED),
      Latch.create(member).cell,
      Latch.create(member).cell,
    ];
    return known.get(file.address.id, () => new Flow(member, cells, file, limits));
  }

  /** @throws SharedMemoryGone */
  static at(member: Member, handle: FlowHandle, limits: FlowLimits): Flow {
    const { cells, ring } = handle;
    const flow = known.get(ring.id, () => new Flow(member, cells, RingFile.attach(ring), limits));
    flow.#file.arrived();
    return flow;
  }

  private constructor(
    member: Member,
    [items, space, putting, getting]: FlowCells,
    file: RingFile,
    limits: FlowLimits,
  ) {
    this.member = member;
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
    this.items = new FlowRoom(member, items, () => !this.isEmpty || this.isOver());
    this.space = new FlowRoom(member, space, () => this.#isCalm || this.isVain());
  }

  /** What to send to another process, for `at`. */
  send(): FlowHandle {
    const file = this.#file;
    ifLost(() => file.arrived());
    const cells: FlowCells = [
      this.items.cell,
      this.space.cell,
      this.#putting.cell,
      this.#getting.cell,
    ];
    return { cells, ring: file.send() };
  }

  /** Which ring it is, in every process. */
  get id(): string {
    return this.#file.address.id;
  }

  /** How many messages are in it. */
  get count(): number {
    return countBetween(this.#put, this.#got);
  }

  /** How many have been put in, modulo 2 ** 30. */
  get putCount(): number {
    return this.#put.count;
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /** Whether nothing is taken in now. */
  get isFull(): boolean {
    const { count, bytes } = this.#limits;
    if (count !== Number.POSITIVE_INFINITY && this.count >= count) return true;
    return bytes !== Number.POSITIVE_INFINITY && this.#used >= bytes;
  }

  /**
   * Puts a message in; false if it is full.
   *
   * @throws SharedMemoryFull, RangeError for 2 GiB and more.
   */
  offer(message: Uint8Array): boolean | typeof BUSY {
    if (this.isFull) return false;
    if (!this.#putting.take()) return BUSY;
    let state: number;
    try {
      if (this.isFull) return false;
      this.#put.load();
      this.#writer.write(message);
      this.#atWritten?.();
      state = this.#put.commit(1);
    } finally {
      if (this.#putting.release()) this.space.call();
    }
    this.#atPut?.();
    this.items.came(state);
    return true;
  }

  /**
   * Takes the next message out, and gives what `read` makes of it. The bytes are the
   * ring's own: `read` must neither keep nor change them, and nothing of the user's
   * may run in it. If it throws the message stays.
   */
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
      this.#atRead?.();
      state = this.#got.commit(1);
      this.#atGot?.();
      this.tally?.end();
    } finally {
      if (this.#getting.release()) this.items.call();
    }
    if (this.#isAwaited(state) && this.#isCalm) this.space.came(state);
    return value;
  }

  /** To be called by a place in line that found it BUSY: false if it is not any more. */
  waitToGet(): boolean {
    return this.#getting.mark();
  }

  waitToPut(): boolean {
    return this.#putting.mark();
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

  /** Whether somebody who waits for room may go on. */
  get #isCalm(): boolean {
    const { count, calm } = this.#limits;
    if (count !== Number.POSITIVE_INFINITY && this.count >= count) return false;
    return calm === Number.POSITIVE_INFINITY || this.#used <= calm;
  }
}
