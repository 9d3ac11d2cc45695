import { InternalError } from "./errors.ts";

/**
 * Each level has 32 slots because a level's occupancy is then one 32-bit mask. A slot of level n is
 * 32^n ms wide: 1 ms, 32 ms, 1 s, 33 s, 17 min, 9 h, 12 days, 1 year, 35, 1115 and 35,702 years.
 */
const BITS = 5;
const SLOTS = 1 << BITS;

/**
 * Eleven levels hold every safe integer (55 >= 53 bits), so that there is no overflow list to scan.
 * Bit operations see 32 bits only: a tick is split into `low`, its 30 bits of the six levels below,
 * and `high`, the 23 bits of the five levels above.
 */
const LEVELS = 11;
const LOW_LEVELS = 6;
const EPOCH = 2 ** (BITS * LOW_LEVELS);

/** Two more lists follow the levels, as slots of a level of their own. See `#due`. */
const DUE_A: number = LEVELS * SLOTS;
const DUE_B: number = DUE_A + 1;

/**
 * A timer: subclass it to say what happens at its deadline. It is in one wheel at most.
 *
 * Four concrete subclasses at most, in the whole of fibril: with a fifth V8 gives up on knowing
 * their shapes, and adding and expiring costs three times as much.
 */
export abstract class TimerNode {
  /** The deadline in ms. Starts as NaN because a field that was a Smi once is slow as a double. */
  at: number = Number.NaN;
  /** Neighbours in the slot's ring of nodes; `undefined` while not in a wheel. */
  prev: TimerNode | undefined = undefined;
  next: TimerNode | undefined = undefined;
  slot: number = -1;

  get linked(): boolean {
    return this.prev !== undefined;
  }

  /**
   * Called once by `advance` at or after the deadline, when the node has already left the wheel.
   * It must not throw: that ends the advance, and the others wait for later ones.
   */
  abstract expire(): void;
}

/**
 * Owns the pending timers: a hierarchical wheel, O(1) to add and O(1) to remove.
 *
 * Nodes expire in the order of their deadlines, and FIFO if those are equal. Why that holds:
 *
 * 1. A node lies on the level of the highest digit (base 32) in which its tick differs from the
 *    wheel's own tick. So all of level n comes before all of level n+1, each slot of a level before
 *    the next, and every occupied slot lies at or after the wheel's tick.
 * 2. The wheel's tick enters a slot of a higher level only when all levels below are empty, and
 *    spreads it there in order, at once. Nobody can be placed into that range from outside before
 *    the tick is in it: so of two equal deadlines the older is always appended first. (To choose
 *    the level by distance, as many wheels do, breaks this.)
 * 3. A slot of level 0 holds one ms. It is sorted, stably, when it is its turn and only if a node
 *    was appended behind a later one; so adding stays O(1).
 * 4. Who is due when added waits on a list of its own, with deadlines before all of the wheel.
 */
export class TimerWheel {
  /** First node of each slot; its `prev` is the last one. */
  readonly #heads: (TimerNode | undefined)[] = new Array(DUE_B + 1).fill(undefined);
  /** By level, which slots have nodes. */
  readonly #occupied: Int32Array = new Int32Array(LEVELS + 1);
  /** By level, which slots have a node behind a later one. */
  readonly #unsorted: Int32Array = new Int32Array(LEVELS + 1);
  #size = 0;
  /** The latest time that `advance` was told. */
  #now: number;
  /** Where the wheel stands, in whole ms: behind `now` only while it advances. */
  #tick = 0;
  #epochStart = 0;
  #high = 0;
  #low = 0;
  /**
   * The list for nodes that are due when added. The two lists take turns: an advance empties one
   * and fills the other, or a timer that renews itself with no delay would never let it return.
   */
  #due: number = DUE_A;

  constructor(now: number) {
    this.#now = now;
    this.#moveTo(now);
  }

  get size(): number {
    return this.#size;
  }

  /** `at` is absolute, on the clock of `advance`. Throws `InternalError` if the node is linked. */
  add(node: TimerNode, at: number): void {
    if (node.prev !== undefined) throw new InternalError("Cannot add a timer twice");
    node.at = at;
    this.#size++;
    if (at <= this.#now) this.#append(node, this.#due);
    else this.#append(node, this.#slotFor(at));
  }

  /** Unlinks the node at once; false if it was not pending. */
  remove(node: TimerNode): boolean {
    if (node.prev === undefined) return false;
    this.#unlink(node);
    return true;
  }

  /**
   * Expires every node with `at <= now`, earliest first. What a node adds meanwhile waits for the
   * next call even if it is due. A `now` in the past counts as the latest one seen.
   */
  advance(now: number): void {
    if (now > this.#now) this.#now = now;
    const due = this.#due;
    this.#due = due === DUE_A ? DUE_B : DUE_A;
    this.#expireDue(due);
    for (let slot = this.#nextSlot(); slot >= 0; slot = this.#nextSlot()) {
      const start = this.#startOf(slot);
      if (start > this.#now) break;
      this.#moveTo(start);
      if (slot >= SLOTS) this.#cascade(slot);
      else if (!this.#expireDue(slot)) break;
    }
    this.#moveTo(this.#now);
  }

  /**
   * When to call `advance` next: the earliest deadline if that is near, else a time before it at
   * which the wheel can look closer (ten times at most); `Infinity` without timers.
   */
  nextDeadline(): number {
    const due = this.#first(DUE_A) ?? this.#first(DUE_B);
    if (due !== undefined) return due.at;
    const slot = this.#nextSlot();
    if (slot < 0) return Number.POSITIVE_INFINITY;
    return slot < SLOTS ? this.#first(slot)!.at : this.#startOf(slot);
  }

  /** Expires the due nodes of a sorted slot; false if others are left. */
  #expireDue(slot: number): boolean {
    // Sorted once is enough: what is appended from here on is not due in this slot.
    let node = this.#first(slot);
    while (node !== undefined && node.at <= this.#now) {
      this.#unlink(node);
      node.expire();
      node = this.#heads[slot];
    }
    return node === undefined;
  }

  /** Spreads a slot that the wheel just entered over the levels below, in order. */
  #cascade(slot: number): void {
    let node = this.#heads[slot]!;
    const last = node.prev!;
    this.#clear(slot);
    for (;;) {
      const next = node.next!;
      this.#append(node, this.#slotFor(node.at));
      if (node === last) return;
      node = next;
    }
  }

  /** The earliest occupied slot, the due lists aside, or -1. */
  #nextSlot(): number {
    for (let level = 0; level < LEVELS; level++) {
      const mask = this.#occupied[level]!;
      if (mask !== 0) return level * SLOTS + 31 - Math.clz32(mask & -mask);
    }
    return -1;
  }

  /** The first tick of an occupied slot. Powers of two up to 2^55 are exact as floats. */
  #startOf(slot: number): number {
    const width = 2 ** (BITS * (slot >>> BITS));
    const turn = width * SLOTS;
    return Math.floor(this.#tick / turn) * turn + (slot % SLOTS) * width;
  }

  #slotFor(at: number): number {
    const tick = toTick(at);
    const low = tick - this.#epochStart;
    if (low < EPOCH) return slotByDigit(low, this.#low);
    return LOW_LEVELS * SLOTS + slotByDigit(Math.floor(tick / EPOCH), this.#high);
  }

  #moveTo(time: number): void {
    this.#tick = toTick(time);
    this.#high = Math.floor(this.#tick / EPOCH);
    this.#epochStart = this.#high * EPOCH;
    this.#low = (this.#tick - this.#epochStart) | 0;
  }

  #first(slot: number): TimerNode | undefined {
    // A shift takes its count modulo 32: `1 << slot` is the bit of the slot within its level.
    if ((this.#unsorted[slot >>> BITS]! & (1 << slot)) !== 0) this.#sort(slot);
    return this.#heads[slot];
  }

  #append(node: TimerNode, slot: number): void {
    node.slot = slot;
    const head = this.#heads[slot];
    if (head === undefined) {
      node.prev = node;
      node.next = node;
      this.#heads[slot] = node;
      this.#occupied[slot >>> BITS]! |= 1 << slot;
      return;
    }
    const last = head.prev!;
    if (node.at < last.at) this.#unsorted[slot >>> BITS]! |= 1 << slot;
    node.prev = last;
    node.next = head;
    last.next = node;
    head.prev = node;
  }

  #unlink(node: TimerNode): void {
    const next = node.next!;
    const slot = node.slot;
    if (next === node) {
      this.#clear(slot);
    } else {
      const prev = node.prev!;
      prev.next = next;
      next.prev = prev;
      if (this.#heads[slot] === node) this.#heads[slot] = next;
    }
    node.prev = undefined;
    node.next = undefined;
    this.#size--;
  }

  #clear(slot: number): void {
    this.#heads[slot] = undefined;
    this.#occupied[slot >>> BITS]! &= ~(1 << slot);
    this.#unsorted[slot >>> BITS]! &= ~(1 << slot);
  }

  #sort(slot: number): void {
    const head = this.#heads[slot]!;
    head.prev!.next = undefined;
    const runs = cutRuns(head);
    this.#heads[slot] = closeRing(mergeRuns(runs, 0, runs.length));
    this.#unsorted[slot >>> BITS]! &= ~(1 << slot);
  }
}

/** Whole ms. Beyond the safe integers all is one tick, for what is left is order, not arithmetic. */
function toTick(time: number): number {
  return Math.floor(Math.min(time, Number.MAX_SAFE_INTEGER));
}

/** The slot, within six levels, of the highest digit in which `to` differs from `from`. */
function slotByDigit(to: number, from: number): number {
  // `| 1` puts the slot of `from` itself on level 0.
  const level = ((31 - Math.clz32((to ^ from) | 1)) / BITS) | 0;
  return level * SLOTS + ((to >>> (level * BITS)) % SLOTS);
}

/**
 * Cuts an open chain where the deadlines descend. With the two functions below, a stable merge sort
 * that allocates one short array: `Array.prototype.sort` costs four times as much here.
 */
function cutRuns(head: TimerNode): TimerNode[] {
  const runs = [head];
  for (let node = head; node.next !== undefined; ) {
    const next: TimerNode = node.next;
    if (next.at < node.at) {
      node.next = undefined;
      runs.push(next);
    }
    node = next;
  }
  return runs;
}

/** Halves first, so that the small merges stay in the cache. The depth is log2 of the count. */
function mergeRuns(runs: TimerNode[], from: number, to: number): TimerNode {
  if (to - from === 1) return runs[from]!;
  const middle = (from + to) >>> 1;
  return merge(mergeRuns(runs, from, middle), mergeRuns(runs, middle, to));
}

/** Merges two open chains; of equal deadlines those of `older` come first. */
function merge(older: TimerNode, newer: TimerNode): TimerNode {
  let left: TimerNode | undefined = older;
  let right: TimerNode | undefined = newer;
  const head = right.at < left.at ? right : left;
  if (head === right) right = right.next;
  else left = left.next;
  let last = head;
  while (left !== undefined && right !== undefined) {
    if (right.at < left.at) {
      last.next = right;
      last = right;
      right = right.next;
    } else {
      last.next = left;
      last = left;
      left = left.next;
    }
  }
  last.next = left ?? right;
  return head;
}

/** Restores `prev` along an open chain, and the ring. */
function closeRing(head: TimerNode): TimerNode {
  let last = head;
  for (let node = head.next; node !== undefined; node = node.next) {
    node.prev = last;
    last = node;
  }
  last.next = head;
  head.prev = last;
  return head;
}
