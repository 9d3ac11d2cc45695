import { atomics, loadMany } from "./atomics.ts";
import { CELL_WORDS, SLOTS, TABLE_CELL } from "./layout.ts";
import { SharedMemoryUnavailable } from "./shared-memory-errors.ts";
import { startTime } from "./start-time.ts";

/** Words of a process's cell. */
const TENANT = 0;
const STARTED = 1;
const BELL = 2;
/** Its name in UTF-8, as much of it as there is room for; all that follow. */
const NAME = 3;
const NAME_WORDS: number = CELL_WORDS - NAME;

/*
 * TENANT is one word, so that nobody clears up after another process than it means to:
 *
 * | bits | hold |
 * |---|---|
 * | 0-22 | the process id: Linux has none above 2 ** 22 |
 * | 23-30 | the slot of the process that clears up after it, plus 1 |
 */
const PID = 0x7fffff;
const SWEEPER_SHIFT = 23;

/** One process of those that share memory. */
export interface Entry {
  readonly slot: number;
  readonly pid: number;
}

/** Which processes share the memory, each by the number of its slot. */
export class ProcessTable {
  readonly #words: Int32Array;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  /**
   * Takes a slot for a process, whose name is for reports.
   *
   * @throws SharedMemoryUnavailable if all are taken.
   */
  claim(pid: number, name: string = ""): number {
    for (let slot = 0; slot < SLOTS; slot++) {
      if (atomics.compareExchange(this.#words, at(slot, TENANT), 0, pid) !== 0) continue;
      this.rename(slot, name);
      atomics.store(this.#words, at(slot, STARTED), startTime(pid) ?? 0);
      return slot;
    }
    throw new SharedMemoryUnavailable(
      `${SLOTS} of them share it already, and there is room for no more; let some end first`,
    );
  }

  /** Gives the slot back. Nothing may refer to it any more. */
  release(slot: number): void {
    atomics.store(this.#words, at(slot, NAME), 0);
    atomics.store(this.#words, at(slot, STARTED), 0);
    atomics.store(this.#words, at(slot, BELL), 0);
    atomics.store(this.#words, at(slot, TENANT), 0);
  }

  /** The process in a slot, or 0. */
  pidIn(slot: number): number {
    return atomics.load(this.#words, at(slot, TENANT)) & PID;
  }

  /** The name of the process in a slot. */
  nameIn(slot: number): string {
    const words = Int32Array.from(loadMany(this.#words, at(slot, NAME), 1, NAME_WORDS));
    return new TextDecoder().decode(words).replace(/\0.*$/s, "");
  }

  rename(slot: number, name: string): void {
    const words = new Int32Array(NAME_WORDS);
    const { written } = new TextEncoder().encodeInto(name, new Uint8Array(words.buffer));
    // With a zero behind it, and no more: where memory is far each word is a question.
    const length = Math.min(NAME_WORDS, (written >> 2) + 1);
    for (let i = length - 1; i >= 0; i--) {
      atomics.store(this.#words, at(slot, NAME + i), words[i] as number);
    }
  }

  /** For reports: `worker-1 (pid 4711)`; undefined if no process has the slot. */
  describe(slot: number): string | undefined {
    const pid = slot < 0 ? 0 : this.pidIn(slot);
    return pid === 0 ? undefined : `${this.nameIn(slot) || "process"} (pid ${pid})`;
  }

  slotOf(pid: number): number | undefined {
    return [...this.entries()].find((entry) => entry.pid === pid)?.slot;
  }

  *entries(): Generator<Entry, void, void> {
    const tenants = loadMany(this.#words, at(0, TENANT), CELL_WORDS, SLOTS);
    let slot = 0;
    for (const tenant of tenants) {
      if (tenant !== 0) yield { slot, pid: tenant & PID };
      slot++;
    }
  }

  /** Whether the process in a slot runs; one that has become a zombie does not. */
  isAlive(slot: number): boolean {
    const pid = this.pidIn(slot);
    if (pid === 0) return false;
    const started = atomics.load(this.#words, at(slot, STARTED));
    const now = startTime(pid);
    return now !== undefined && (now === started || started === 0);
  }

  hasOthersThan(slot: number): boolean {
    for (const entry of this.entries()) if (entry.slot !== slot) return true;
    return false;
  }

  /** Notes that a ring is on its way; false if one was already. */
  isFirstRing(slot: number): boolean {
    return atomics.exchange(this.#words, at(slot, BELL), 1) === 0;
  }

  /** The rings have come. Those from now on are new ones. */
  heard(slot: number): void {
    atomics.store(this.#words, at(slot, BELL), 0);
  }

  /**
   * Takes it upon `sweeper` to clear up after the process `pid` in `slot`; false if
   * somebody who lives does that already, or another process has the slot.
   */
  takeForSweep({ slot, pid }: Entry, sweeper: number): boolean {
    const tenant = atomics.load(this.#words, at(slot, TENANT));
    if ((tenant & PID) !== pid) return false;
    const other = this.#sweeperOf(slot);
    const isBusy = other !== undefined && other !== sweeper && this.#sweeperOf(other) === undefined;
    if (isBusy && this.isAlive(other)) return false;
    const taken = pid | ((sweeper + 1) << SWEEPER_SHIFT);
    return atomics.compareExchange(this.#words, at(slot, TENANT), tenant, taken) === tenant;
  }

  /** Those whom the process in `sweeper` has begun to clear up after. */
  begunBy(sweeper: number): Entry[] {
    return [...this.entries()].filter(
      ({ slot }) => slot !== sweeper && this.#sweeperOf(slot) === sweeper,
    );
  }

  #sweeperOf(slot: number): number | undefined {
    const sweeper = atomics.load(this.#words, at(slot, TENANT)) >> SWEEPER_SHIFT;
    return sweeper === 0 ? undefined : sweeper - 1;
  }
}

function at(slot: number, word: number): number {
  return (TABLE_CELL + slot) * CELL_WORDS + word;
}
