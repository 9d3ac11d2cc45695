import type { Member } from "../shm/member.ts";
import { FlowRoom } from "./flow-room.ts";
import type { Found } from "./ring.ts";
import type { SentRing } from "./ring-file.ts";

/** How another process finds a flow in the arena that both share. */
export type FlowHandle = RingFlowHandle | KeptFlowHandle;

export interface RingFlowHandle {
  readonly cells: FlowCells;
  readonly ring: SentRing;
}

/** Its two rooms, and the latches of those who put and those who get. */
export type FlowCells = readonly [items: number, space: number, putting: number, getting: number];

/** Of one whose messages a broker keeps. */
export interface KeptFlowHandle {
  readonly kept: KeptCells;
  readonly ticket: number;
}

export type KeptCells = readonly [items: number, space: number];

/** How many cells of an arena a flow takes at most. */
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

/** Counts the messages that each process takes. */
export interface Tally {
  /** The word that counts those of this process. */
  readonly desk: number;
  /** One is about to be taken, while others are kept out; `before` is how many have been so far, modulo 2 ** 30. */
  begin(before: number): void;
  /** It is. */
  end(): void;
}

/**
 * Messages on their way between any processes, in order. They belong to nobody: a
 * process that has put one may end.
 *
 * Whoever is killed in a step has done it or has not; whoever waits is rung then.
 */
export abstract class Flow {
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

  constructor(member: Member, items: number, space: number) {
    this.member = member;
    this.items = new FlowRoom(member, items, () => !this.isEmpty || this.isOver());
    this.space = new FlowRoom(member, space, () => this.isCalm || this.isVain());
  }

  /** Which one it is, in every process. */
  abstract get id(): string;
  /** What to send to another process, which opens it by that. */
  abstract send(): FlowHandle;

  /** How many messages are in it. */
  abstract get count(): number;
  /** How many have been put in, modulo 2 ** 30. */
  abstract get putCount(): number;
  /** Whether nothing is taken in now. */
  abstract get isFull(): boolean;
  /** Whether somebody who waits for room may go on. */
  protected abstract get isCalm(): boolean;

  get isEmpty(): boolean {
    return this.count === 0;
  }

  /**
   * Puts a message in; false if it is full.
   *
   * @throws SharedMemoryFull, RangeError for 2 GiB and more.
   */
  abstract offer(message: Uint8Array): boolean | typeof BUSY;

  /**
   * Takes the next message out, and gives what `read` makes of it. The bytes are the
   * flow's own: `read` must neither keep nor change them, and nothing of the user's
   * may run in it. If it throws the message stays.
   */
  abstract take<A>(read: (found: Found) => A): A | typeof NONE | typeof BUSY;

  /** To be called by a place in line that found it BUSY: false if it is not any more. */
  abstract waitToGet(): boolean;
  abstract waitToPut(): boolean;
}
