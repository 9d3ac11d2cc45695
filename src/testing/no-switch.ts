import * as Effect from "effect/Effect";
import type { FiberCore } from "../fiber/core.ts";
import { makeThrowable } from "../fiber/drive.ts";
import type { Frame } from "../fiber/extra.ts";
import type { Step } from "../fiber/fiber-state.ts";
import { checkInline, runInline } from "../fiber/run-inline.ts";
import type { Body, ErrorOf, ServicesOf } from "../fiber/spawn.ts";
import { PARKED, RESUME, RUNNING, STRUCK, WAIT } from "../fiber/state.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import { hub } from "../scheduler/hub.ts";
import { assertionError } from "./assertion-error.ts";

/**
 * Runs a body or a Wait in the current fiber and asserts that nobody else runs
 * meanwhile: what would wait throws at its `yield*`, and has no effect. Waits
 * that can act at once do so.
 *
 * stackless: `stackless.switch_trap(1)`, and a tasklet's `block_trap`.
 *
 * @throws AssertionError, also if the body swallowed it; TypeError at the call for what is no body.
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { noSwitch } from "fibril/testing";
 *
 * const account = { balance: 10 };
 * function* withdraw(amount: number) {
 *   const { balance } = account;
 *   yield* sleep(0); // a race: others may change the balance here
 *   account.balance = balance - amount;
 * }
 * spawn(function* () {
 *   try {
 *     yield* noSwitch(withdraw(5));
 *   } catch (error) {
 *     console.log((error as Error).name, account.balance); // -> AssertionError 10
 *   }
 * });
 * ```
 */
export function noSwitch<Y extends Yieldable<unknown, unknown> = never, A = never>(
  body: (() => Body<Y, A>) | Body<Y, A>,
): Wait<A, ErrorOf<Y>, ServicesOf<Y>>;
export function noSwitch<A, E, R>(wait: Effect.Effect<A, E, R>): Wait<A, E, R>;
export function noSwitch<A>(body: () => A): Wait<A, unknown>;
export function noSwitch(body: unknown): Wait<unknown, unknown> {
  checkInline(body, "run noSwitch");
  return script(runTrapped, body) as Wait<unknown, unknown>;
}

function* runTrapped(body: unknown): Generator<Yieldable, unknown, never> {
  const trap = new Trap(hub.current as FiberCore, runInline(body) as Frame);
  try {
    for (;;) {
      const step = trap.drive();
      if (step.done === true) return step.value;
      try {
        trap.send(yield step.value as Yieldable);
      } catch (error) {
        trap.throw(error);
      }
    }
  } finally {
    trap.close();
  }
}

/** How a frame goes on. */
type Resume = (frame: Frame) => Step;

/** Drives a body in the driver's place, and throws into it where the driver would park. */
class Trap {
  readonly #fiber: FiberCore;
  /** The body's frame, and above it the callees of `call`. */
  readonly #frames: Frame[];
  #resume: Resume = (frame) => frame.next(undefined);
  /** The first wait that was refused: no body gets away with swallowing it. */
  #refusal: Error | undefined;

  constructor(fiber: FiberCore, body: Frame) {
    this.#fiber = fiber;
    this.#frames = [body];
  }

  /** Runs to the body's end, or to a step that only the driver can make. */
  drive(): Step {
    for (;;) {
      const step = this.#step();
      if (step === undefined) continue;
      const { done, value } = step;
      if (done === true) {
        if (this.#frames.length > 1) this.#return(value);
        else return this.#end(value);
      } else if (value === hub.called.value) this.#call();
      else if (value === hub.paused.value) this.#goOn();
      else if (value === hub.parked.value) this.#refuse(this.#fiber.park?.describe() ?? "sleep(0)");
      else if (value === hub.switched.value) this.#refuse("another greenlet");
      else if (!this.#isEffect(value)) return step;
      else if (!this.#perform(value)) return { done: false, value: hub.parked.value };
    }
  }

  send(value: unknown): void {
    this.#resume = (frame) => frame.next(value);
  }

  throw(error: unknown): void {
    this.#resume = (frame) => frame.throw(error);
  }

  /** For a body that is left in the middle. */
  close(): void {
    for (const frame of this.#frames.splice(0).reverse()) frame.return(undefined);
  }

  /** One step of the innermost frame; `undefined` if it threw into its caller. */
  #step(): Step | undefined {
    const frames = this.#frames;
    try {
      return this.#resume(frames.at(-1) as Frame);
    } catch (error) {
      frames.pop();
      if (frames.length === 0) throw error;
      this.throw(error);
      return undefined;
    }
  }

  #end(value: unknown): Step {
    if (this.#refusal !== undefined) throw this.#refusal;
    return { done: true, value };
  }

  #call(): void {
    this.#frames.push(this.#fiber.inbox as Frame);
    this.#fiber.inbox = undefined;
    this.send(undefined);
  }

  #return(value: unknown): void {
    this.#frames.pop();
    this.#fiber.inbox = value;
    this.send(RESUME);
  }

  /** The op has done its work, and only the turn is over: that is no switch to anybody. */
  #goOn(): void {
    this.#fiber.state = RUNNING;
    this.send(RESUME);
  }

  #refuse(what: string): void {
    this.#fiber.unregister();
    this.throw(this.#refusalOf(what));
  }

  #refusalOf(what: string): Error {
    const error = assertionError(
      `"${this.#fiber.name}" would wait for ${what}, and others would run: not in noSwitch. Get what it needs before`,
    );
    this.#refusal ??= error;
    return error;
  }

  #isEffect(value: unknown): value is Effect.Effect<unknown, unknown> {
    const isFree = this.#fiber.state === RUNNING;
    return isFree && Effect.isEffect(value) && !(WAIT in value);
  }

  /** Runs an Effect; false if it waits and is interrupted for that, with all its finalizers. */
  #perform(effect: Effect.Effect<unknown, unknown>): boolean {
    const fiber = this.#fiber;
    fiber.more.yielded = effect;
    if (!fiber.perform(effect)) {
      const error = this.#refusalOf("an Effect");
      if (fiber.state === PARKED) fiber.strike({ error, level: Number.POSITIVE_INFINITY });
      return false;
    }
    const { state, inbox } = fiber;
    fiber.state = RUNNING;
    fiber.inbox = undefined;
    if (state !== STRUCK) this.send(inbox);
    else {
      makeThrowable(effect);
      this.throw(inbox);
    }
    return true;
  }
}
