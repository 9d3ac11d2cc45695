import { show } from "../../fiber/body.ts";
import { fault } from "../fault.ts";
import { atomics, type ViewType } from "./atomics.ts";
import type { Keeper } from "./keeper.ts";
import { ARENA_CELL, CELL_BYTES, CELL_WORDS, KINDS_CELL, type Kind, PLAIN } from "./layout.ts";
import { Segment, type SegmentAddress, START } from "./segment.ts";
import { SharedMemoryFull } from "./shared-memory-errors.ts";

const NEXT = ARENA_CELL * CELL_WORDS;

/** Left for those who looked whether there is room while others did. */
const SPARE_CELLS = 16;

/** How large the memory has to be for so many objects of 64 bytes. */
export function bytesFor(cells: number): number {
  const inner = KINDS_CELL + cells;
  const kindCells = Math.ceil((inner * 1.02 + CELL_BYTES) / CELL_BYTES);
  return (inner + kindCells) * CELL_BYTES;
}

/** Where an arena lies: in a segment, or in the memory of another process. */
export interface ArenaMemory {
  readonly address: SegmentAddress;
  /** Of the process that holds the arena for all; undefined in a segment. */
  readonly keeper?: Keeper;
  view<V extends object>(type: ViewType<V>, offset: number, length: number): V;
}

/**
 * Gives out cells of a segment. It takes no lock: a process that is killed inside
 * it blocks nobody, and costs the cells that it was about to take.
 */
export class Arena {
  readonly memory: ArenaMemory;
  readonly words: Int32Array<ArrayBuffer>;
  readonly #kinds: Uint8Array;
  readonly #cells: number;
  /** What this process freed, by size: a list that all share could lose more than it saves. */
  readonly #free: Map<number, number[]> = new Map();

  private constructor(memory: ArenaMemory) {
    const { size } = memory.address;
    this.memory = memory;
    this.words = memory.view<Int32Array<ArrayBuffer>>(Int32Array, 0, size / 4);
    this.#cells = size / CELL_BYTES;
    this.#kinds = memory.view(Uint8Array, KINDS_CELL * CELL_BYTES, this.#cells);
    // Whoever comes first finds 0 and says where the objects begin.
    const kindCells = Math.ceil(this.#cells / CELL_BYTES);
    atomics.compareExchange(this.words, NEXT, 0, KINDS_CELL + kindCells);
  }

  /** One with room for `cells` objects of 64 bytes. */
  static create(cells: number): Arena {
    return new Arena(Segment.create(bytesFor(cells) - START));
  }

  static in(memory: ArenaMemory): Arena {
    return new Arena(memory);
  }

  /**
   * Takes `cells` cells in a row, all zero, and gives the first one's number.
   *
   * @throws SharedMemoryFull if there are not as many left.
   */
  allocate(cells: number, kind: Kind): number {
    if (!Number.isSafeInteger(cells) || cells < 1) {
      throw new RangeError(`Cannot allocate ${show(cells)} cells: pass an integer, one or more`);
    }
    const cell = this.#free.get(cells)?.pop() ?? this.#advance(cells);
    fault?.("arena.taken");
    atomics.store(this.#kinds, cell, kind);
    return cell;
  }

  /** Whether so many are to be had: several processes may look at the same moment. */
  hasRoom(cells: number): boolean {
    const isFreed = (this.#free.get(cells)?.length ?? 0) > 0;
    return isFreed || atomics.load(this.words, NEXT) + cells <= this.#cells - SPARE_CELLS;
  }

  /** Gives cells back, which nobody may use any more. */
  free(cell: number, cells: number): void {
    atomics.store(this.#kinds, cell, PLAIN);
    const at = cell * CELL_WORDS;
    for (let i = 0; i < cells * CELL_WORDS; i++) atomics.store(this.words, at + i, 0);
    const freed = this.#free.get(cells);
    if (freed === undefined) this.#free.set(cells, [cell]);
    else freed.push(cell);
  }

  /** Cells as bytes. */
  bytes(cell: number, cells: number): Uint8Array<ArrayBuffer> {
    return this.memory.view(Uint8Array, cell * CELL_BYTES, cells * CELL_BYTES);
  }

  /** The cells that have something to be cleared up after a death. */
  *shared(): Generator<readonly [cell: number, kind: Kind], void, void> {
    const end = atomics.load(this.words, NEXT);
    for (let cell = KINDS_CELL; cell < end; cell++) {
      const kind = atomics.load(this.#kinds, cell) as Kind;
      if (kind !== PLAIN) yield [cell, kind];
    }
  }

  #advance(cells: number): number {
    for (;;) {
      const cell = atomics.load(this.words, NEXT);
      if (cell + cells > this.#cells) {
        const left = `${(this.#cells - cell) * CELL_BYTES} of ${this.#cells * CELL_BYTES} are left here; make an arena with more cells`;
        throw new SharedMemoryFull(cells * CELL_BYTES, left);
      }
      if (atomics.compareExchange(this.words, NEXT, cell, cell + cells) === cell) return cell;
    }
  }
}
