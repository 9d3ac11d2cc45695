import { host } from "../../internal/host.ts";
import type { Arena } from "./arena.ts";
import { Bell, type BellListener, greetingOf, ringing } from "./bell.ts";
import { bellName, forgetBellName } from "./bell-name.ts";
import { clearCells } from "./clear-cells.ts";
import { type Entry, ProcessTable } from "./process-table.ts";
import type { SegmentAddress } from "./segment.ts";
import { Wires } from "./wires.ts";

/** What fibers of this process wait for together with other processes. */
export interface Room {
  /** Another process may have changed it. */
  rung(): void;
}

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
  readonly #wires: Wires;
  readonly #greeting: Uint8Array;
  /** The objects that this process has opened, by cell: one for each, whoever asks. */
  readonly #rooms: Map<number, Room> = new Map();
  readonly #waited: Set<Room> = new Set();
  #bell: Bell | undefined;

  /** Joins those who share `arena`: the first one has made it. */
  static join(arena: Arena): Member {
    const member = new Member(arena);
    try {
      member.#begin();
    } catch (error) {
      member.leave();
      throw error;
    }
    return member;
  }

  private constructor(arena: Arena) {
    const { pid } = host.process;
    this.arena = arena;
    this.words = arena.words;
    this.table = new ProcessTable(arena.words);
    this.#wires = new Wires(arena.segment.address.id);
    const namesake = this.table.slotOf(pid);
    this.slot = this.table.claim(pid);
    this.#greeting = greetingOf({ slot: this.slot, pid });
    // Process ids come again.
    if (namesake !== undefined) this.#clearUp({ slot: namesake, pid });
  }

  /** How others find the arena. */
  get address(): SegmentAddress {
    return this.arena.segment.address;
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
    if (this.#waited.size === 0) this.#bell?.letGo();
  }

  /** Rings another process, unless a ring is on its way to it; false if it is not there any more. */
  ring(slot: number): boolean {
    const pid = this.table.pidIn(slot);
    if (pid === 0) return false;
    return !this.table.isFirstRing(slot) || this.#wires.send(pid, ringing);
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
    this.#bell?.close();
    this.#bell = undefined;
    const entry = { slot: this.slot, pid: host.process.pid };
    if (this.table.pidIn(this.slot) === entry.pid) this.#clearUp(entry);
    this.#wires.cutAll();
  }

  [Symbol.dispose](): void {
    this.leave();
  }

  rung(): void {
    this.table.heard(this.slot);
    for (const room of [...this.#waited]) room.rung();
  }

  greeted({ pid }: Entry): void {
    if (this.slot === FIRST_SLOT) this.#wires.send(pid, this.#greeting);
    if (this.#waited.size > 0) this.#stayAlive();
  }

  closed(by: Entry): void {
    this.#sweep(by);
  }

  #begin(): void {
    const name = bellName(this.address.id, host.process.pid);
    this.#bell = Bell.listen(name, this);
    const first = this.table.pidIn(FIRST_SLOT);
    if (this.slot !== FIRST_SLOT && first !== 0) this.#wires.send(first, this.#greeting);
  }

  /** With nobody else there, who waits here waits for ever: the hub is to see that. */
  #stayAlive(): void {
    if (this.table.hasOthersThan(this.slot)) this.#bell?.hold();
    else this.#bell?.letGo();
  }

  #sweep(entry: Entry): boolean {
    if (!this.#clearUp(entry)) return false;
    if (this.#waited.size > 0) this.#stayAlive();
    this.rung();
    this.onEnd(entry);
    return true;
  }

  #clearUp(entry: Entry): boolean {
    const { slot, pid } = entry;
    if (!this.table.takeForSweep(entry, this.slot)) return false;
    clearCells(this.arena, slot);
    for (const left of this.table.begunBy(slot)) this.#clearUp(left);
    this.table.release(slot);
    this.#wires.cut(pid);
    forgetBellName(bellName(this.address.id, pid));
    this.#ringAll();
    return true;
  }

  /** The dead one may have taken rings along that were owed to others, or said that they were sent. */
  #ringAll(): void {
    for (const { slot, pid } of this.table.entries()) {
      if (slot !== this.slot) this.#wires.send(pid, ringing);
    }
  }
}
