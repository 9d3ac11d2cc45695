import type { FiberCore } from "../fiber/core.ts";
import { ENDING } from "../fiber/state.ts";
import { type Belonging, keep } from "./belongings.ts";
import type { Caller } from "./caller.ts";
import { tie } from "./detach.ts";
import type { HostFunction } from "./function-shape.ts";
import { hiddenSlot } from "./hidden-slot.ts";

const objects = hiddenSlot<OwnedTimer>();

/** Those of which somebody has the number: `Number(timer)`, or what a fake clock gives. */
const numbers = new Map<number, OwnedTimer>();

/** What is known of what `clearTimeout` takes, if a fiber has set it. */
export function timerOf(timer: unknown): OwnedTimer | undefined {
  if (typeof timer === "object") return timer === null ? undefined : objects.get(timer);
  const isNumber = typeof timer === "number" || typeof timer === "string";
  return isNumber && numbers.size > 0 ? numbers.get(Number(timer)) : undefined;
}

/** A timer or an immediate that a fiber has set: it is the fiber's until it fires or is cleared. */
export class OwnedTimer implements Belonging {
  readonly caller: Caller;
  readonly #owner: FiberCore;
  readonly #end: HostFunction;
  #release: () => void;
  #timer: unknown;
  #number: number | undefined;
  #state: "held" | "fired" | "nobody's" | "killed" = "held";

  constructor(owner: FiberCore, caller: Caller, end: HostFunction) {
    this.#owner = owner;
    this.caller = caller;
    this.#end = end;
    this.#release = keep(owner, this);
  }

  /** `timer` is what the host made for it. */
  hold<T>(timer: T): T {
    this.#timer = timer;
    if (typeof timer === "object" && timer !== null) {
      objects.set(timer, this);
      tie(timer, () => this.over());
    } else this.number(Number(timer));
    return timer;
  }

  /** From now on it may be cleared by its number, for which Deno asks also to clear it. */
  number(number: number): void {
    this.#number = number;
    if (this.#state === "held") numbers.set(number, this);
  }

  fired(): void {
    if (this.#state !== "held") return;
    this.#state = "fired";
    this.#forget();
    this.#release();
  }

  /** It was cleared, or handed over. */
  over(): void {
    this.#state = "nobody's";
    this.#forget();
    this.#release();
  }

  /** It starts anew, also after it has fired; false if its fiber was killed: it must not. */
  restart(): boolean {
    if (this.#state !== "fired") return this.#state !== "killed";
    const { state, extra } = this.#owner;
    if (state >= ENDING) return extra?.killing === undefined || !this.caller.isProgram;
    this.#state = "held";
    this.#release = keep(this.#owner, this);
    if (this.#number !== undefined) numbers.set(this.#number, this);
    return true;
  }

  abandon(): void {
    this.#state = "killed";
    this.#forget();
    this.#end.call(undefined, this.#timer);
  }

  #forget(): void {
    if (this.#number !== undefined) numbers.delete(this.#number);
  }
}
