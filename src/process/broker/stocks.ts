import { host } from "../../internal/host.ts";
import { Ring } from "../../internal/ring.ts";
import { Cursor } from "../ring/cursor.ts";
import type { Keeper, Kept, Limits, Taken } from "../shm/keeper.ts";
import { CELL_WORDS, countIn, LOST, STATE } from "../shm/layout.ts";
import { SharedMemoryGone } from "../shm/shared-memory-errors.ts";
import { finishTask, tasksBetween } from "../shm/task-state.ts";

/** Most hold fewer messages at a time; it grows. */
const INITIAL_CAPACITY = 16;

/** What is kept of a flow. */
interface Stock {
  readonly messages: Ring<Uint8Array>;
  bytes: number;
  readonly put: Cursor;
  readonly got: Cursor;
  /** How often each process has it open. */
  readonly users: Map<number, number>;
  /** The tickets with which it was sent where it has not arrived. */
  readonly onItsWay: Set<number>;
}

/** Keeps the messages of flows in this process's memory. */
export class Stocks implements Keeper {
  readonly #words: Int32Array;
  readonly #stocks: Map<number, Stock> = new Map();
  /** How many were given out. */
  #tickets = 0;

  /** @param words of the arena that has their cells. */
  constructor(words: Int32Array) {
    this.#words = words;
  }

  make(flow: number, space: number): void {
    this.#stocks.set(flow, {
      messages: new Ring(INITIAL_CAPACITY),
      bytes: 0,
      put: new Cursor(this.#words, flow),
      got: new Cursor(this.#words, space),
      users: new Map(),
      onItsWay: new Set(),
    });
  }

  open(flow: number, pid: number = host.process.pid): boolean {
    const stock = this.#stocks.get(flow);
    if (stock !== undefined) count(stock.users, pid, 1);
    return stock !== undefined;
  }

  close(flow: number, pid: number = host.process.pid): void {
    const stock = this.#stock(flow);
    count(stock.users, pid, -1);
    this.#dropUnused(flow, stock);
  }

  send(flow: number): number {
    this.#stock(flow).onItsWay.add(++this.#tickets);
    return this.#tickets;
  }

  arrive(flow: number, ticket: number): void {
    const stock = this.#stocks.get(flow);
    if (stock?.onItsWay.delete(ticket) === true) this.#dropUnused(flow, stock);
  }

  put(flow: number, message: Uint8Array, limits: Limits): number | undefined {
    const stock = this.#stock(flow);
    const { messages, put } = stock;
    if (messages.size >= limits.count || stock.bytes >= limits.bytes) return undefined;
    messages.push(new Uint8Array(message));
    stock.bytes += message.length;
    return put.commit(1);
  }

  take(flow: number, desk: number): Taken | undefined {
    const stock = this.#stock(flow);
    const message = stock.messages.shift();
    if (message === undefined) return undefined;
    stock.bytes -= message.length;
    this.#tell(desk, 1);
    return { state: stock.got.commit(1), message };
  }

  giveBack(flow: number, message: Uint8Array, desk: number): number {
    const stock = this.#stock(flow);
    stock.messages.unshift(new Uint8Array(message));
    stock.bytes += message.length;
    this.#tell(desk, -1);
    stock.got.commit(-1);
    return Atomics.load(this.#words, flow * CELL_WORDS + STATE);
  }

  measure(flow: number): Kept {
    const { messages, bytes } = this.#stock(flow);
    return { count: messages.size, bytes };
  }

  report(flow: number, tasks: number, desk: number): boolean {
    const words = this.#words;
    const put = countIn(words, flow);
    const lost = Atomics.load(words, tasks + LOST);
    const isDone = finishTask(words, tasks, (done) => tasksBetween(put, done + lost) > 0);
    // A task may have been got by another process than the one that reports it.
    if (isDone) Atomics.store(words, desk, Math.max(0, Atomics.load(words, desk) - 1));
    return isDone;
  }

  /** That process has ended. */
  forget(pid: number): void {
    for (const [flow, stock] of this.#stocks) {
      if (stock.users.delete(pid)) this.#dropUnused(flow, stock);
    }
  }

  #stock(flow: number): Stock {
    const stock = this.#stocks.get(flow);
    if (stock !== undefined) return stock;
    throw new SharedMemoryGone("Cannot use what was shared: nobody has it any more");
  }

  #dropUnused(flow: number, { users, onItsWay }: Stock): void {
    if (users.size === 0 && onItsWay.size === 0) this.#stocks.delete(flow);
  }

  #tell(desk: number, change: number): void {
    if (desk !== 0) Atomics.add(this.#words, desk, change);
  }
}

function count(counts: Map<number, number>, key: number, change: number): void {
  const sum = (counts.get(key) ?? 0) + change;
  if (sum > 0) counts.set(key, sum);
  else counts.delete(key);
}
