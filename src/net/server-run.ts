import type { Fiber } from "../fiber/fiber.ts";
import { wait } from "../fiber/iwait.ts";
import { killAll } from "../fiber/kill-all.ts";
import { sleep } from "../fiber/sleep.ts";
import { spawn } from "../fiber/spawn.ts";
import type { Wait, Yieldable } from "../fiber/wait.ts";
import type { Address } from "./address.ts";
import { report } from "./report.ts";
import { CLOSED_MEANWHILE, SocketError } from "./socket-error.ts";

/** Where a server's work comes from: a listener and its like. */
export interface Source<T> {
  readonly address: Address;
  readonly closed: boolean;
  /** Waits for the next piece of work. */
  accept(): Wait<T, SocketError>;
  /** Lets no more in, and drops what nobody has accepted. */
  close(): unknown;
  /** All work is done: lets go of what else it has open. */
  closeAll?(): void;
}

/** What a kind of server does with its work. */
export interface Serving<T> {
  /** The kind, for messages. */
  readonly name: string;
  open(): Wait<Source<T>, SocketError>;
  /** Waits until one more handler may run. */
  room(): Beginning<void>;
  /** Begins the handler. */
  begin(item: T): Beginning<Fiber>;
  /** The handler has ended, or could not be begun. */
  ended(item: T, fiber: Fiber | undefined): void;
}

/** A part of the accepting fiber's body. */
export type Beginning<A> = Generator<Yieldable<never>, A, never>;

/** How long to wait after an accept that failed, and what that is doubled up to: gevent's figures. */
const FIRST_DELAY_MS = 10;
const LONGEST_DELAY_MS = 1000;

/** One time that a server runs: from its start to its stop. */
export class ServerRun {
  /** Listens; its value is what is accepted from. */
  readonly opening: Fiber<Source<unknown>, SocketError>;
  /** Accepts and begins handlers. */
  readonly loop: Fiber<void>;
  readonly #serving: Serving<unknown>;
  readonly #handlers: Set<Fiber> = new Set();

  constructor(serving: Serving<unknown>) {
    this.#serving = serving;
    const { name } = serving;
    this.opening = spawn({ name: `start of ${name}` }, () => serving.open()) as typeof this.opening;
    this.loop = spawn({ name }, this.#acceptAll());
    this.loop.rawLink(() => this.#closeSource());
  }

  get source(): Source<unknown> | undefined {
    return this.opening.value;
  }

  /** Accepts nothing more, from now on. */
  close(): void {
    void this.loop.kill();
    this.#closeSource();
  }

  /** Lets the handlers end by themselves, and kills those that still run after `millis`. */
  *finish(millis: number): Beginning<void> {
    yield* this.loop.join();
    yield* wait(this.#handlers, { timeout: millis });
    yield* killAll(this.#handlers);
    // They leave by a link, which comes one turn after their death.
    while (this.#handlers.size > 0) yield* sleep();
    this.source?.closeAll?.();
  }

  #closeSource(): void {
    const { opening, source } = this;
    if (source !== undefined) return void source.close();
    if (opening.dead) return;
    // Whoever waits for it is told; if nobody does, that is no failure to report.
    void opening.kill(new SocketError(`start ${this.#serving.name}`, CLOSED_MEANWHILE));
    opening.link(() => {});
  }

  *#acceptAll(): Beginning<void> {
    yield* this.opening.join();
    const { source } = this;
    if (source === undefined) return;
    let delay = FIRST_DELAY_MS;
    for (;;) {
      yield* this.#serving.room();
      const item = yield* this.#accept(source);
      if (item !== undefined) {
        delay = FIRST_DELAY_MS;
        yield* this.#begin(item.value);
      } else if (source.closed) {
        return;
      } else {
        yield* sleep(delay);
        delay = Math.min(2 * delay, LONGEST_DELAY_MS);
      }
    }
  }

  /** What comes next; nothing if that failed. */
  *#accept(source: Source<unknown>): Beginning<{ value: unknown } | undefined> {
    try {
      return { value: yield* source.accept() as Wait<unknown> };
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      if (!source.closed) report(this.#serving, "could not accept", error);
      return undefined;
    }
  }

  *#begin(item: unknown): Beginning<void> {
    const serving = this.#serving;
    let begun: Fiber | undefined;
    try {
      begun = yield* serving.begin(item);
    } finally {
      if (begun === undefined) serving.ended(item, undefined);
    }
    const fiber = begun;
    this.#handlers.add(fiber);
    fiber.rawLink(() => {
      this.#handlers.delete(fiber);
      serving.ended(item, fiber);
    });
  }
}
