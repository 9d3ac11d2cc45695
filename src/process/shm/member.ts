import { host } from "../../internal/host.ts";
import { context } from "../context.ts";
import { fault } from "../fault.ts";
import type { Arena } from "./arena.ts";
import type { BellListener } from "./bell.ts";
import { clearCells } from "./clear-cells.ts";
import type { Lines } from "./lines.ts";
import { type Entry, ProcessTable } from "./process-table.ts";
import { ringNextBy } from "./ring-next.ts";
import type { SegmentAddress } from "./segment.ts";
import { SocketLines } from "./socket-lines.ts";

/** What fibers of this process wait for together with other processes. */
export interface Room {
  /** Another process may have changed it. */
  rung(): void;
  /** It is no more: whoever waits gets `error`. */
  fail(error: unknown): void;
}

/** Opens them, so that the member may be rung from now on. */
export type OpenLines = (member: Member) => Lines;

const openSockets: OpenLines = (member) => new SocketLines(member.address.id, member.table, member);

/** Everybody greets the process in this slot, and is greeted back: that one learns of every end. */
const FIRST_SLOT = 0;

/**
 * This process as one of those that share an arena: its slot, its bell, and the
 * objects that its fibers wait for. When another one ends, however, it clears up
 * after it and rings all who may wait for that.
 */
export class Member implements BellListener {
  readonly arena: Arena;
  readonly words: Int32Array<ArrayBuffer>;
  readonly table: ProcessTable;
  /** Which bit of a wait mask is ours. */
  readonly slot: number;
  /** Called after another process was cleared up after, once for each that this one learnt of. */
  onEnd: (entry: Entry) => void = () => {};
  /** Whether others may still join. */
  isJoinable: () => boolean = () => false;
  readonly #lines: Lines;
  /** The objects that this process has opened, by cell: one for each, whoever asks. */
  readonly #rooms: Map<number, Room> = new Map();
  readonly #waited: Set<Room> = new Set();

  /** Joins those who share `arena`: the first one has made it. */
  static join(arena: Arena, open: OpenLines = openSockets): Member {
    return new Member(arena, open);
  }

  private constructor(arena: Arena, open: OpenLines) {
    const { pid } = host.process;
    this.arena = arena;
    this.words = arena.words;
    this.table = new ProcessTable(arena.words);
    // Before others see it in the table: they may ring it at once.
    this.#lines = open(this);
    fault?.("arena.listening");
    const namesake = this.table.slotOf(pid);
    this.slot = this.#claim(pid);
    fault?.("arena.claimed");
    // Process ids come again.
    if (namesake !== undefined) this.#clearUp({ slot: namesake, pid });
    const first = this.table.pidIn(FIRST_SLOT);
    if (this.slot !== FIRST_SLOT && first !== 0) this.#lines.greet(first, { slot: this.slot, pid });
    fault?.("arena.joined");
  }

  /** How others find the arena. */
  get address(): SegmentAddress {
    return this.arena.memory.address;
  }

  /** The object in a cell, made by `make` when it is asked for first. */
  roomAt<R extends Room>(cell: number, make: () => R): R {
    const room = (this.#rooms.get(cell) as R | undefined) ?? make();
    this.#rooms.set(cell, room);
    return room;
  }

  /** The object in a cell is no more. */
  closeRoom(cell: number): void {
    this.#rooms.delete(cell);
  }

  /** From now on a fiber of this process waits there. */
  enter(room: Room): void {
    this.#waited.add(room);
    if (this.#waited.size === 1) this.#stayAlive();
  }

  /** No fiber of this process waits there any more. */
  exit(room: Room): void {
    this.#waited.delete(room);
    if (this.#waited.size === 0) this.#lines.letGo();
  }

  /** Rings another process, unless a ring is on its way to it; false if it is not there any more. */
  ring(slot: number): boolean {
    const pid = this.table.pidIn(slot);
    if (pid === 0) return false;
    return !this.table.isFirstRing(slot) || this.#lines.ring(pid);
  }

  /** Rings the next process that waits for the object at `at`; false if there is none. */
  ringNext(at: number): boolean {
    return this.#lines.ringNext?.(at, this.slot) ?? ringNextBy(this, at, this.slot);
  }

  /**
   * Clears up after a process that has ended: what it held is free, marked as
   * abandoned, and everybody looks again. False if that was done already. To be
   * called only when the process has certainly ended.
   */
  sweep(pid: number): boolean {
    const slot = this.table.slotOf(pid);
    return slot !== undefined && slot !== this.slot && this.#sweep({ slot, pid });
  }

  /** Sweeps every process that is found to have ended, and gives their number. */
  sweepDead(): number {
    const dead = [...this.table.entries()].filter(({ slot }) => !this.table.isAlive(slot));
    return dead.filter((entry) => this.#sweep(entry)).length;
  }

  /** Leaves in order. What this process still holds counts as abandoned. */
  leave(): void {
    const entry = { slot: this.slot, pid: host.process.pid };
    if (this.table.pidIn(this.slot) === entry.pid) this.#clearUp(entry);
    this.#lines.close();
  }

  [Symbol.dispose](): void {
    this.leave();
  }

  /** What `isJoinable` gives may have changed. */
  review(): void {
    if (this.#waited.size > 0) this.#stayAlive();
  }

  rung(): void {
    this.table.heard(this.slot);
    for (const room of [...this.#waited]) room.rung();
  }

  /** The memory is no more, and nobody is going to be rung: whoever waits gets `error`. */
  fail(error: unknown): void {
    for (const room of [...this.#waited]) room.fail(error);
  }

  greeted({ pid }: Entry): void {
    const { slot } = this;
    if (slot === FIRST_SLOT) this.#lines.greet(pid, { slot, pid: host.process.pid });
    this.review();
  }

  closed(by: Entry): void {
    this.#sweep(by);
  }

  #claim(pid: number): number {
    try {
      return this.table.claim(pid, nameHere());
    } catch (error) {
      this.#lines.close();
      throw error;
    }
  }

  /** With nobody else there, who waits here waits for ever: the hub is to see that. */
  #stayAlive(): void {
    if (this.isJoinable() || this.table.hasOthersThan(this.slot)) this.#lines.hold();
    else this.#lines.letGo();
  }

  #sweep(entry: Entry): boolean {
    if (!this.#clearUp(entry)) return false;
    this.review();
    this.rung();
    this.onEnd(entry);
    return true;
  }

  #clearUp(entry: Entry): boolean {
    const { slot, pid } = entry;
    if (!this.table.takeForSweep(entry, this.slot)) return false;
    fault?.("sweep.begun");
    clearCells(this.arena, slot);
    fault?.("sweep.cleared");
    for (const left of this.table.begunBy(slot)) this.#clearUp(left);
    this.table.release(slot);
    fault?.("sweep.released");
    this.#lines.cut(pid);
    this.#ringAll();
    return true;
  }

  /** The dead one may have taken rings along that were owed to others, or said that they were sent. */
  #ringAll(): void {
    for (const { slot, pid } of this.table.entries()) {
      if (slot !== this.slot) this.#lines.ring(pid);
    }
  }
}

/** By which others know this process in reports. */
function nameHere(): string {
  const { name, info } = context();
  return name ?? info?.name ?? "MainProcess";
}
