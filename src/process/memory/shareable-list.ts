import { show } from "../../fiber/body.ts";
import { checkOptions } from "../../fiber/limits.ts";
import { opened, shareable } from "../handles.ts";
import { type ListItem, ListItems, sizeFor } from "./list-items.ts";
import { SharedMemory } from "./shared-memory.ts";

export type { ListItem } from "./list-items.ts";

/** How a ShareableList is made or opened. */
export interface ShareableListOptions {
  /** By which other processes open it. */
  readonly name?: string | undefined;
}

/** All of a ShareableList, whether it was made in this process or in another. */
abstract class OpenList implements Iterable<ListItem> {
  /** The memory that it lies in: close and unlink that. */
  readonly shm: SharedMemory;
  readonly #items: ListItems;

  constructor(shm: SharedMemory) {
    this.shm = shm;
    this.#items = new ListItems(shm.buf);
  }

  get length(): number {
    return this.#items.length;
  }

  /** The item at `index`; -1 is the last one. @throws RangeError for an index that there is not. */
  get(index: number): ListItem {
    return this.#items.get(this.#at(index));
  }

  /**
   * Puts an item in, of any kind, if it is no longer than the one that the list was made with.
   *
   * @throws RangeError for a longer one, and for an index that there is not; TypeError for other kinds of items.
   */
  set(index: number, item: ListItem): void {
    this.#items.set(this.#at(index), item);
  }

  /** The index of the first such item. @throws RangeError if there is none. */
  index(item: ListItem): number {
    const index = this.indexOf(item);
    if (index >= 0) return index;
    throw new RangeError(`Cannot find ${show(item)}: it is not in this list`);
  }

  /** The index of the first such item, or -1. */
  indexOf(item: ListItem): number {
    return this.toArray().findIndex((each) => isSame(each, item));
  }

  /** How many such items there are. */
  count(item: ListItem): number {
    return this.toArray().filter((each) => isSame(each, item)).length;
  }

  /** A copy of all items. */
  toArray(): ListItem[] {
    return [...this];
  }

  /** Each item as it is when its turn comes. */
  *[Symbol.iterator](): Generator<ListItem, void, void> {
    for (let i = 0; i < this.length; i++) yield this.#items.get(i);
  }

  #at(index: number): number {
    const at = index < 0 ? this.length + index : index;
    if (Number.isInteger(at) && at >= 0 && at < this.length) return at;
    throw new RangeError(`Invalid index ${index}: there are ${this.length} items`);
  }
}

/**
 * A list of so many strings, numbers, booleans, bytes and nulls in memory that
 * processes share. Items can be replaced, none added. It has no lock.
 *
 * multiprocessing: `multiprocessing.shared_memory.ShareableList`, which loses NULs at an item's end.
 *
 * @example
 * ```ts
 * import { Process, ShareableList } from "fibril/process";
 *
 * export function rename(list: ShareableList) {
 *   list.set(0, "Bob");
 * }
 * async function main() {
 *   const list = new ShareableList(["Alice", 42, true, null]);
 *   const process = new Process({ target: rename, args: [list] });
 *   process.start();
 *   await process.join();
 *   console.log(list.toArray().join(" ")); // -> Bob 42 true
 *   list.shm.unlink();
 * }
 * if (import.meta.main) void main();
 * ```
 */
export class ShareableList extends OpenList {
  /**
   * @param items of a new list; without, the one of that name is opened.
   * @throws TypeError or RangeError for items that it can't hold, MemoryNameError as SharedMemory does.
   */
  constructor(items?: Iterable<ListItem>, options?: ShareableListOptions) {
    checkOptions(options, "make a ShareableList");
    const name = options?.name;
    if (items === undefined) {
      super(new SharedMemory({ name }));
      return;
    }
    const all = [...items];
    const shm = new SharedMemory({ name, create: true, size: sizeFor(all) });
    new ListItems(shm.buf).fill(all);
    super(shm);
  }
}

shareable(
  ShareableList,
  "ShareableList",
  import.meta.url,
  (list: ShareableList) => ({ shm: list.shm }),
  ({ shm }) => opened(ShareableList, OpenList, shm),
);

function isSame(a: ListItem, b: ListItem): boolean {
  if (!(a instanceof Uint8Array && b instanceof Uint8Array)) return Object.is(a, b);
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
