import { InternalError } from "./errors.ts";

/** One entry of a `WaiterList`; subclass it to say who waits. It is in one list at most. */
export class WaiterNode {
  // Declared and set in the constructor: fields of a base class cost V8 5 ns each to define, and a
  // node is made at every wait. Its subclasses on hot paths do the same.
  declare prev: WaiterNode | undefined;
  declare next: WaiterNode | undefined;
  declare list: WaiterList<WaiterNode> | undefined;

  constructor() {
    this.prev = undefined;
    this.next = undefined;
    this.list = undefined;
  }
}

/**
 * Owns who waits, in the order of arrival.
 *
 * The links lie in the nodes, so that a waiter that is killed or timed out leaves in O(1) and
 * waiting allocates nothing.
 */
export class WaiterList<N extends WaiterNode> {
  #head: N | undefined = undefined;
  #tail: N | undefined = undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  isEmpty(): boolean {
    return this.#head === undefined;
  }

  /** The one who waits longest. */
  peek(): N | undefined {
    return this.#head;
  }

  /** Adds at the tail. Throws `InternalError` if the node is already in a list. */
  push(node: N): void {
    if (node.list !== undefined) {
      throw new InternalError("Cannot push a waiter that is already in a list");
    }
    const tail = this.#tail;
    if (tail === undefined) this.#head = node;
    else tail.next = node;
    node.prev = tail;
    node.list = this;
    this.#tail = node;
    this.#size++;
  }

  /** Removes the one who waits longest. */
  shift(): N | undefined {
    const head = this.#head;
    if (head !== undefined) this.remove(head);
    return head;
  }

  /** Removes the node in O(1); false if it is not in this list, so that a leaver need not know. */
  remove(node: N): boolean {
    if (node.list !== this) return false;
    const prev = node.prev as N | undefined;
    const next = node.next as N | undefined;
    if (prev === undefined) this.#head = next;
    else prev.next = next;
    if (next === undefined) this.#tail = prev;
    else next.prev = prev;
    node.prev = undefined;
    node.next = undefined;
    node.list = undefined;
    this.#size--;
    return true;
  }

  /**
   * From the head to the tail. The current node may be removed, and even pushed elsewhere,
   * meanwhile. If the one after it is removed instead, the iteration ends there, for its links
   * lead nowhere or into another list.
   */
  *[Symbol.iterator](): Generator<N, void, void> {
    let node = this.#head;
    while (node !== undefined && node.list === this) {
      const next = node.next as N | undefined;
      yield node;
      node = next;
    }
  }
}
