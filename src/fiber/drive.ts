import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import { host } from "../internal/host.ts";
import { holdersOf } from "../scheduler/deadlock.ts";
import { hub } from "../scheduler/hub.ts";
import type { Park, Parked } from "../scheduler/park.ts";
import { isAsyncFunction, isNativeGenerator, isThenable, madeFrom, show } from "./body.ts";
import type { FiberCore } from "./core.ts";
import type { Extra, Frame } from "./extra.ts";
import { ASYNC, GENERATOR, ready, type Step, UNARY } from "./fiber-state.ts";
import { runOwned } from "./owner.ts";
import {
  DONE,
  FORCED,
  NEW,
  READY,
  RESUME,
  RUNNING,
  STRUCK,
  SWITCHING,
  VALUED,
  WAIT,
} from "./state.ts";
import { steppedByHand } from "./stepped-by-hand.ts";

/** Runs a fiber from where it stopped to where it stops next. */
export function drive(fiber: FiberCore): void {
  if (fiber.extra !== undefined && fiber.extra.stale > 0) {
    fiber.extra.stale--;
    return;
  }
  const { asyncFrame } = fiber.origin;
  if (asyncFrame === undefined) run(fiber);
  else host.frames.run(asyncFrame, run, fiber);
  hub.current = undefined;
  hub.tracer?.({ type: "stop", fiber });
}

/** One pass is one step of the body: to its next `yield`, or its end. */
function run(fiber: FiberCore): void {
  for (;;) {
    hub.current = fiber;
    hub.tracer?.({ type: "run", fiber });
    let step: Step | undefined;
    try {
      step = stepOf(fiber);
    } catch (error) {
      // An observer of a dead fiber threw: that is nobody's step.
      if (fiber.state === DONE) throw error;
      if (fiber.state !== RUNNING) fiber.unregister();
      if (fiber.extra !== undefined && popCaller(fiber, STRUCK, error)) continue;
      return fiber.endThrowing(error);
    }
    if (step === undefined) return;
    if (step.done === true) {
      if (fiber.state !== RUNNING) {
        fiber.unregister();
        if (fiber.extra !== undefined && popCaller(fiber, STRUCK, steppedByHand())) continue;
        return fiber.endThrowing(steppedByHand());
      }
      if (fiber.extra !== undefined && popCaller(fiber, READY, step.value)) continue;
      return fiber.end(Exit.succeed(step.value));
    }
    if (step === hub.parked || step.value === hub.parked.value) {
      if (fiber.extra !== undefined) fiber.settlePark(fiber.extra);
      return;
    }
    if (step === hub.paused || step.value === hub.paused.value) return cutShort(fiber, fiber.more);
    if (step.value === hub.switched.value && fiber.state === SWITCHING) {
      if (!enterSwitch(fiber, fiber.more)) return;
    } else if (step.value === hub.called.value) {
      enterCall(fiber);
    } else if (!takeYielded(fiber, step.value)) return;
    if (hub.budget.spent()) return cutShort(fiber, fiber.more);
  }
}

/**
 * The turn ends within a step: the fiber goes on first in the next one, so that
 * order does not depend on time. One that a whole turn was not enough for goes
 * to the tail: a body that never parks must not starve the others.
 */
function cutShort(fiber: FiberCore, more: Extra): void {
  const hadWholeTurn = more.cutTurn === hub.turns - 1;
  more.cutTurn = hub.turns;
  if (hadWholeTurn) hub.ring.push(fiber);
  else hub.ring.unshift(fiber);
}

/** Resumes the body in the way its state says; `undefined` if there is nothing more to drive. */
function stepOf(fiber: FiberCore): Step | undefined {
  const { state } = fiber;
  const frame = fiber.body as Frame;
  fiber.state = RUNNING;
  if (state === READY) return frame.next(RESUME);
  if (state === NEW) return begin(fiber);
  const { inbox } = fiber;
  fiber.inbox = undefined;
  if (state === VALUED) return frame.next(inbox);
  if (state === STRUCK) {
    if (frame === undefined) throw inbox;
    if (fiber.extra?.yielded !== undefined) makeThrowable(fiber.extra.yielded);
    return frame.throw(inbox);
  }
  fiber.state = state;
  if (state === DONE) {
    // Those who are told run in no fiber, least of all in a dead one.
    hub.current = undefined;
    fiber.tellRest();
  } else if (state === FORCED) force(fiber, frame);
  return undefined;
}

/** Calls the body. */
function begin(fiber: FiberCore): Step | undefined {
  const { body } = fiber;
  const { inbox } = fiber;
  fiber.inbox = undefined;
  if ((fiber.flags & GENERATOR) !== 0) {
    const frame = apply(fiber, body as AnyFunction, inbox) as Frame;
    fiber.body = frame;
    return frame.next(undefined);
  }
  const made = typeof body === "function" ? call(fiber, body as AnyFunction, inbox) : body;
  if (typeof made !== "object" || made === null) return ready(made);
  if (isNativeGenerator(made)) {
    fiber.body = made;
    return made.next(undefined);
  }
  const what = madeFrom(made);
  if (what.kind === "value") return ready(what.value);
  if (what.kind === "promise") return awaitBody(fiber, what.promise);
  fiber.body = what.frame;
  return what.frame.next(undefined);
}

type AnyFunction = (...args: unknown[]) => unknown;

function call(fiber: FiberCore, body: AnyFunction, inbox: unknown): unknown {
  if (!isAsyncFunction(body)) return apply(fiber, body, inbox);
  return runOwned(fiber, () => apply(fiber, body, inbox));
}

/** A spread costs 20 ns, and most bodies take one argument or none. */
function apply(fiber: FiberCore, body: AnyFunction, inbox: unknown): unknown {
  if ((fiber.flags & UNARY) !== 0) return body(inbox);
  return inbox === undefined ? body() : body(...(inbox as unknown[]));
}

/** An async body that runs: it can be left, but not taken back. It waits for the Wait that it awaits. */
class AsyncBody implements Park {
  readonly #fiber: FiberCore;

  constructor(fiber: FiberCore) {
    this.#fiber = fiber;
  }

  cancel(): boolean {
    return true;
  }

  describe(): string {
    return this.#guest?.park?.describe() ?? "async body";
  }

  /** None is certain to be needed: the body may race them. */
  holders(): readonly Parked[] {
    const guest = this.#guest;
    return guest === undefined ? [] : holdersOf(guest);
  }

  get #guest(): Parked | undefined {
    return this.#fiber.extra?.guests.at(-1);
  }
}

function awaitBody(fiber: FiberCore, promise: PromiseLike<unknown>): Step {
  fiber.body = undefined;
  fiber.flags |= ASYNC;
  const park = new AsyncBody(fiber);
  const isCurrent = () => fiber.park === park;
  promise.then(
    (value) => isCurrent() && fiber.end(Exit.succeed(value)),
    (error) => isCurrent() && fiber.endThrowing(error),
  );
  return fiber.parkOn(park);
}

/** Gives a callee's outcome to the caller of `call`; false if the fiber's own body was it. */
function popCaller(fiber: FiberCore, state: number, outcome: unknown): boolean {
  const caller = fiber.extra?.callers.pop();
  if (caller === undefined) return fiber.extra?.coroutine?.ended(state, outcome) ?? false;
  fiber.body = caller;
  fiber.state = state;
  fiber.inbox = outcome;
  return true;
}

/** The body ran `call`: its callee is in the inbox and is driven next. */
function enterCall(fiber: FiberCore): void {
  fiber.more.callers.push(fiber.body as Frame);
  fiber.body = fiber.inbox;
  // A fresh generator takes no notice of what it is sent first.
  fiber.state = READY;
  fiber.inbox = undefined;
}

/**
 * The body asked for another greenlet: that goes on at once, not through the
 * queue. A kill or a timeout that waits for a park is thrown here as well, or
 * greenlets that only switch could never be stopped; false if one was due.
 */
function enterSwitch(fiber: FiberCore, more: Extra): boolean {
  more.coroutine?.enter();
  if (more.strikes.length === 0 && more.killing === undefined) return true;
  hub.ring.unshift(fiber);
  fiber.settlePark(more);
  return false;
}

/** Whatever else a body yields must be an Effect; true if the driver goes on. */
function takeYielded(fiber: FiberCore, yielded: unknown): boolean {
  if (fiber.state === RUNNING && isPlainEffect(yielded)) {
    fiber.more.yielded = yielded;
    return fiber.perform(yielded);
  }
  const mistake = mistakeOf(fiber, yielded);
  if (mistake !== undefined) {
    fiber.state = STRUCK;
    fiber.inbox = mistake;
    return true;
  }
  const effect = yielded as Effect.Effect<unknown, unknown>;
  fiber.more.yielded = effect;
  if (!Exit.isExit(effect)) return fiber.perform(effect);
  fiber.receive(effect);
  return true;
}

/**
 * Prototypes of Effects that are neither Waits nor Exits. Every kind of Effect
 * has one of its own, and three looks for a symbol along each cost 40 ns.
 */
const plain = new WeakSet<object>();
let lastPlain: object | undefined;

function isPlainEffect(yielded: unknown): yielded is Effect.Effect<unknown, unknown> {
  if (typeof yielded !== "object" || yielded === null) return false;
  const prototype: object | null = Object.getPrototypeOf(yielded);
  if (prototype === null) return false;
  if (prototype !== lastPlain && !plain.has(prototype)) {
    if (WAIT in prototype || !Effect.isEffect(prototype) || Exit.isExit(prototype)) return false;
    plain.add(prototype);
  }
  lastPlain = prototype;
  return true;
}

/** What is wrong with a `yield`, if something is. */
function mistakeOf(fiber: FiberCore, yielded: unknown): Error | undefined {
  if (fiber.state !== RUNNING) {
    fiber.unregister();
    return steppedByHand();
  }
  if (typeof yielded === "object" && yielded !== null && WAIT in yielded) {
    return new TypeError("A Wait was yielded without a star: write `yield* wait`");
  }
  if (Effect.isEffect(yielded)) return undefined;
  const advice = isThenable(yielded)
    ? "write `yield* until(promise)`"
    : "a fiber's body yields Waits and Effects, with `yield*`";
  return new TypeError(`Cannot wait for ${show(yielded)}: ${advice}`);
}

/** `return()`s in a row, past which a body whose `finally` never ends is given up. */
const MOST_RETURNS = 100;

/** Ends a body that swallowed its kill too often; its `finally` blocks run once more. */
function force(fiber: FiberCore, frame: Frame): void {
  fiber.state = RUNNING;
  const { coroutine, callers } = fiber.more;
  const frames = [...(coroutine?.outerFrames() ?? []), ...callers, frame];
  for (const each of frames.reverse()) leave(fiber, each);
  console.error(
    `Fiber "${fiber.name}" swallowed its kill 100 times and was ended by force: throw it on where isControl(error)`,
  );
  fiber.end(Exit.interrupt());
}

function leave(fiber: FiberCore, frame: Frame): void {
  for (let i = 0; i < MOST_RETURNS; i++) {
    try {
      const step = frame.return(undefined);
      if (fiber.state !== RUNNING) fiber.unregister();
      if (step.done === true) return;
    } catch {
      return;
    }
  }
}

/**
 * Effect's own one-shot iterator has no `throw`, and `yield*` would turn what
 * is thrown into a TypeError. It gets one the first time it is needed; looked up
 * on the object at hand, so that a second copy of effect works as well.
 */
export function makeThrowable(effect: Effect.Effect<unknown, unknown>): void {
  const prototype = Object.getPrototypeOf(effect[Symbol.iterator]());
  if ("throw" in prototype) return;
  Object.defineProperty(prototype, "throw", {
    configurable: true,
    writable: true,
    value(error: unknown) {
      throw error;
    },
  });
}
