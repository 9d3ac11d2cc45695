import { dropFile, type MemoryFile } from "./memory-file.ts";

/** Words at the beginning of the memory, behind what tells it from others: see `stamp`. */
const SENT = 8;
/** A bit for each of the last times that it was sent, which turns over when that one arrives. */
const ARRIVED = 10;
const WORDS = 4;
/** With more on their way at a time it may be closed too late, or too early. */
const TICKETS = 32 * WORDS;

/** Of those whose owner is forgotten: others are still to come by them. */
const left: Set<Door> = new Set();

const forgotten = new FinalizationRegistry<Door>((door) => {
  left.add(door);
  closeUnused();
});

/**
 * The descriptor by which other processes come to memory of this one. It is closed
 * when its owner is forgotten here, and whoever was sent the address has come.
 */
export class Door {
  readonly file: MemoryFile;
  readonly #words: Int32Array;
  #isClosed = false;

  /** @param owner what is forgotten some day; `buffer` begins with the first byte of the file. */
  constructor(owner: object, file: MemoryFile, buffer: ArrayBuffer) {
    this.file = file;
    this.#words = new Int32Array(buffer, 0, ARRIVED + WORDS);
    forgotten.register(owner, this, this);
  }

  /** The address goes to another process; gives a ticket, by which it arrives. */
  send(): number {
    closeUnused();
    return Atomics.add(this.#words, SENT, 1);
  }

  /** Another process has come, or never will; both may be said of one ticket. */
  arrived(ticket: number): void {
    const index = ticket & (TICKETS - 1);
    const [word, bit] = [ARRIVED + (index >> 5), 1 << (index & 31)];
    if ((ticket & TICKETS) === 0) Atomics.or(this.#words, word, bit);
    else Atomics.and(this.#words, word, ~bit);
  }

  /** Nobody has been sent the address who has not come. */
  get isUnused(): boolean {
    const sent = Atomics.load(this.#words, SENT);
    for (let word = 0; word < WORDS; word++) {
      if (Atomics.load(this.#words, ARRIVED + word) !== allArrived(sent, word)) return false;
    }
    return true;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    forgotten.unregister(this);
    dropFile(this.file);
  }
}

/** A word of such bits once all have arrived. */
function allArrived(sent: number, word: number): number {
  const before = (sent & TICKETS) === 0 ? 0 : -1;
  const turned = (sent & (TICKETS - 1)) - 32 * word;
  if (turned <= 0) return before;
  return turned >= 32 ? ~before : before ^ ((1 << turned) - 1);
}

function closeUnused(): void {
  for (const door of left) {
    if (!door.isUnused) continue;
    left.delete(door);
    door.close();
  }
}
