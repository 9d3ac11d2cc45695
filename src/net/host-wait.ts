import type { EventEmitter } from "node:events";
import type { FiberCore } from "../fiber/core.ts";
import type { Step } from "../fiber/fiber-state.ts";
import { Op, type Wait } from "../fiber/wait.ts";
import type { Park } from "../scheduler/park.ts";
import { failed, type SocketError } from "./socket-error.ts";

/** Where the host's answer goes, once; what comes after that, or after a kill, is dropped. */
export interface Answer<A> {
  done(value: A): void;
  fail(error: SocketError): void;
}

/** Asks the host, and gives what takes the question back when the fiber is killed or timed out. */
export type Ask<A> = (answer: Answer<A>) => () => void;

/** Waits for the host's answer. `name` stands in reports. */
export function hostWait<A>(name: string, ask: Ask<A>): Wait<A, SocketError> {
  return new HostWait(name, ask) as Wait<A, SocketError>;
}

class HostWait<A> extends Op<A, SocketError> {
  readonly #name: string;
  readonly #ask: Ask<A>;

  constructor(name: string, ask: Ask<A>) {
    super();
    this.#name = name;
    this.#ask = ask;
  }

  begin(fiber: FiberCore): Step {
    const asking = new Asking<A>(fiber, this.#name);
    const step = fiber.parkOn(asking);
    asking.takeBack = this.#ask(asking);
    return step;
  }
}

class Asking<A> implements Park, Answer<A> {
  readonly #fiber: FiberCore;
  readonly #name: string;
  takeBack: () => void = () => {};

  constructor(fiber: FiberCore, name: string) {
    this.#fiber = fiber;
    this.#name = name;
  }

  done(value: A): void {
    if (this.#isWaiting) this.#fiber.wake(value);
  }

  fail(error: SocketError): void {
    if (this.#isWaiting) this.#fiber.wakeFailed(failed(error));
  }

  get #isWaiting(): boolean {
    return this.#fiber.park === this;
  }

  cancel(): boolean {
    this.takeBack();
    return true;
  }

  describe(): string {
    return this.#name;
  }
}

/** Calls `then` at the first of these events, or `fail` at an error before that; gives the way back. */
export function atFirst(
  host: EventEmitter,
  events: readonly string[],
  then: () => void,
  fail?: (error: Error) => void,
): () => void {
  const stop = () => {
    for (const event of events) host.off(event, settle);
    host.off("error", refuse);
  };
  const settle = () => {
    stop();
    then();
  };
  const refuse = (error: Error) => {
    stop();
    fail?.(error);
  };
  for (const event of events) host.on(event, settle);
  if (fail !== undefined) host.on("error", refuse);
  return stop;
}

/** For what the system lets go at once: so that every close can be waited for alike. */
export const closedAtOnce: Wait<void> = hostWait<void>("close", (answer) => {
  answer.done();
  return () => {};
}) as Wait<void>;
