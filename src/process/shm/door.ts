import { dropFile, type MemoryFile } from "./memory-file.ts";

/** Words at the beginning of the memory, behind what tells it from others: see `stamp`. */
const SENT = 8;
const ARRIVED = 9;

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
    this.#words = new Int32Array(buffer, 0, ARRIVED + 1);
    forgotten.register(owner, this, this);
  }

  /** The address goes to another process. */
  send(): void {
    closeUnused();
    Atomics.add(this.#words, SENT, 1);
  }

  /** Another process has come, or never will. */
  arrived(): void {
    Atomics.add(this.#words, ARRIVED, 1);
  }

  /** Nobody has been sent the address who has not come. */
  get isUnused(): boolean {
    return Atomics.load(this.#words, SENT) === Atomics.load(this.#words, ARRIVED);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    forgotten.unregister(this);
    dropFile(this.file);
  }
}

function closeUnused(): void {
  for (const door of left) {
    if (!door.isUnused) continue;
    left.delete(door);
    door.close();
  }
}
