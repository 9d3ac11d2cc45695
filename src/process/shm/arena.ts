import { show } from "../../fiber/body.ts";
import { ARENA_CELL, CELL_BYTES, CELL_WORDS, KINDS_CELL, type Kind, PLAIN } from "./layout.ts";
import { Segment, START } from "./segment.ts";
import { SharedMemoryFull } from "./shared-memory-errors.ts";

const NEXT = ARENA_CELL * CELL_WORDS;

/** Left for those who looked whether there is room while others did. */
const SPARE_CELLS = 16;

/**
 * Gives out cells of a segment. It takes no lock: a process that is killed inside
 * it blocks nobody, and costs the cells that it was about to take.
 */
export class Arena {
  readonly segment: Segment;
  readonly words: Int32Array<ArrayBuffer>;
  readonly #kinds: Uint8Array;
  readonly #cells: number;
  /** What this process freed, by size: a list that all share could lose more than it saves. */
  readonly #free: Map<number, number[]> = new Map();

  private constructor(segment: Segment) {
    this.segment = segment;
    this.words = new Int32Array(segment.buffer);
    this.#cells = segment.buffer.byteLength / CELL_BYTES;
    this.#kinds = new Uint8Array(segment.buffer, KINDS_CELL * CELL_BYTES, this.#cells);
    // Whoever comes first finds 0 and says where the objects begin.
    const kindCells = Math.ceil(this.#cells / CELL_BYTES);
    Atomics.compareExchange(this.words, NEXT, 0, KINDS_CELL + kindCells);
  }

  /** One with room for `cells` objects of 64 bytes. */
  static create(cells: number): Arena {
    const inner = KINDS_CELL + cells;
    const kindCells = Math.ceil((inner * 1.02 + CELL_BYTES) / CELL_BYTES);
    return new Arena(Segment.create((inner + kindCells) * CELL_BYTES - START));
  }

  static in(segment: Segment): Arena {
    return new Arena(segment);
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
    Atomics.store(this.#kinds, cell, kind);
    return cell;
  }

  /** Whether so many are to be had: several processes may look at the same moment. */
  hasRoom(cells: number): boolean {
    const isFreed = (this.#free.get(cells)?.length ?? 0) > 0;
    return isFreed || Atomics.load(this.words, NEXT) + cells <= this.#cells - SPARE_CELLS;
  }

  /** Gives cells back, which nobody may use any more. */
  free(cell: number, cells: number): void {
    Atomics.store(this.#kinds, cell, PLAIN);
    const at = cell * CELL_WORDS;
    this.words.fill(0, at, at + cells * CELL_WORDS);
    const freed = this.#free.get(cells);
    if (freed === undefined) this.#free.set(cells, [cell]);
    else freed.push(cell);
  }

  /** Cells as bytes. */
  bytes(cell: number, cells: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.segment.buffer, cell * CELL_BYTES, cells * CELL_BYTES);
  }

  /** The cells that have something to be cleared up after a death. */
  *shared(): Generator<readonly [cell: number, kind: Kind], void, void> {
    const end = Atomics.load(this.words, NEXT);
    for (let cell = KINDS_CELL; cell < end; cell++) {
      const kind = Atomics.load(this.#kinds, cell) as Kind;
      if (kind !== PLAIN) yield [cell, kind];
    }
  }

  #advance(cells: number): number {
    for (;;) {
      const cell = Atomics.load(this.words, NEXT);
      if (cell + cells > this.#cells) {
        const left = `${(this.#cells - cell) * CELL_BYTES} of ${this.#cells * CELL_BYTES} are left here; make an arena with more cells`;
        throw new SharedMemoryFull(cells * CELL_BYTES, left);
      }
      if (Atomics.compareExchange(this.words, NEXT, cell, cell + cells) === cell) return cell;
    }
  }
}
