import type { Child } from "../child-process.ts";
import { onItsWay } from "../in-flight.ts";
import { Claims } from "./claims.ts";
import { toMessage } from "./port.ts";
import { RingLine } from "./ring-line.ts";
import type { Packet } from "./wire.ts";

/**
 * After so many tasks that were short a worker gets shared memory: to open it takes a
 * worker 30 ms, which a pool of few or long tasks does not earn back.
 */
const TASKS_BEFORE_LINE = 16;

/** A task is short below this: with it in hand the next one is sent ahead. */
const SHORT_MICROS = 5000;

/** So much work lies ahead of a worker, as long as its tasks stay short: more is but taken back when one is long. */
const AHEAD_MICROS = 6400;
const LEAST_AHEAD = 2;
const MOST_AHEAD = 64;

/** Of the newest in the average. */
const WEIGHT = 0.1;

/** How tasks and answers go between a pool and a worker: by the channel of its process at first, then by shared memory. */
export class WorkerWay {
  readonly #child: Child;
  readonly #spare: RingLine[];
  readonly #onAnswers: () => void;
  #line: RingLine | undefined;
  /** Being opened there, or open and taken as soon as no task is under way. */
  #next: RingLine | undefined;
  #isOpen = false;
  /** An order did not fit into it: that one and all behind it go by the channel, in their order. */
  #isFull = false;
  #wasTried = false;
  /** To be called if the worker can't come to its line any more. */
  #lost: (() => void) | undefined;
  #count = 0;
  #micros: number | undefined;
  /** The place of the next task that is given by shared memory. */
  #given = 0;

  /** @param spare lines whose workers have ended. */
  constructor(child: Child, spare: RingLine[], onAnswers: () => void) {
    this.#child = child;
    this.#spare = spare;
    this.#onAnswers = onAnswers;
  }

  /** How many tasks the worker may have at a time, of which it works on `concurrency`. */
  window(concurrency: number): number {
    // Without shared memory nobody could tell which of them it has begun.
    if (this.#line === undefined) return this.#isOpen ? 0 : concurrency;
    const fitting = Math.floor(AHEAD_MICROS / Math.max(this.#micros ?? AHEAD_MICROS, 1));
    return Math.max(concurrency, Math.min(MOST_AHEAD, Math.max(LEAST_AHEAD, fitting)));
  }

  /** The place of the next task that is given. */
  next(): number {
    const place = this.#given;
    this.#given = Claims.after(place);
    return place;
  }

  send(packet: Packet): void {
    if (this.#line !== undefined && !this.#isFull) this.#isFull = !this.#line.send(packet);
    if ((this.#line === undefined || this.#isFull) && this.#child.isAlive)
      this.#child.send(toMessage(packet));
  }

  /** Listens to what comes by shared memory, or not any more: nobody does when there is nothing to come. */
  attend(isWaiting: boolean): void {
    if (isWaiting) this.#line?.listen(this.#onAnswers);
    else this.#line?.rest();
  }

  /** The next packet that came by shared memory. */
  take(): Packet | undefined {
    return this.#line?.take();
  }

  hasBegun(place: number): boolean {
    return this.#line?.claims.hasBegun(place) ?? true;
  }

  /** From now on what is not begun never will be. Gives what to tell the worker of it; `undefined` if that can't be known. */
  takeBack(): number | undefined {
    if (this.#line === undefined) return undefined;
    const round = this.#line.claims.close();
    this.#given = this.#line.claims.begun;
    return round;
  }

  /** A task was done, in so many microseconds; `isIdle`: there is no other. */
  took(micros: number, isIdle: boolean): void {
    const before = this.#micros ?? micros;
    this.#micros = before + (micros - before) * WEIGHT;
    if (++this.#count >= TASKS_BEFORE_LINE && this.#micros < SHORT_MICROS) this.#open();
    if (isIdle) this.#change();
  }

  /** The worker has opened the line, or can't. */
  opened(isOpen: boolean, isIdle: boolean): void {
    this.#isOpen = isOpen;
    if (!isOpen) this.#next = undefined;
    else if (isIdle) this.#change();
  }

  close(): void {
    const line = this.#line ?? this.#next;
    this.#lost?.();
    this.#line = undefined;
    this.#next = undefined;
    if (line?.renew() === true) this.#spare.push(line);
  }

  #open(): void {
    if (this.#wasTried) return;
    this.#wasTried = true;
    try {
      this.#next = this.#spare.pop() ?? RingLine.create();
    } catch {
      // There is no shared memory, or too little: it goes on as it is.
      return;
    }
    const line = this.#next;
    const { value: handle, lost } = onItsWay(() => line.handle());
    this.#lost = lost;
    const order = JSON.stringify(["line", handle]);
    this.send({ text: `[${order}]`, bytes: [] });
  }

  #change(): void {
    if (!this.#isOpen || this.#line !== undefined) return;
    this.#line = this.#next;
    this.#next = undefined;
    this.#given = 0;
  }
}
