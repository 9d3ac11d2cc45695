import * as Effect from "effect/Effect";
import { getCurrent as currentEffectFiber, type Fiber as EffectFiber } from "effect/Fiber";
import type { FiberCore } from "../fiber/core.ts";
import type { FiberState } from "../fiber/fiber-state.ts";
import { asyncOwner } from "../fiber/owner.ts";
import { Script, script, type Wait } from "../fiber/wait.ts";
import { hub } from "../scheduler/hub.ts";
import { GUEST } from "../scheduler/task.ts";

/** Code outside of every fiber: the top level of the program and its callbacks are one owner. */
const MAIN: unique symbol = Symbol("main");

/** Whoever can hold a lock: a fiber, an Effect program's fiber, or the main program. */
export type Owner = FiberState | EffectFiber<unknown, unknown> | typeof MAIN;

/** For whom a guest of an Effect program waits. */
const effectFibers = new WeakMap<FiberCore, EffectFiber<unknown, unknown>>();

/** Who acquires by a Wait that runs on `fiber`. */
export function ownerOf(fiber: FiberCore): Owner {
  if ((fiber.flags & GUEST) === 0) return fiber;
  return fiber.owner ?? effectFibers.get(fiber) ?? MAIN;
}

/** Whose code runs now. */
export function currentOwner(): Owner {
  const current = hub.current as FiberCore | undefined;
  const running = current === undefined ? asyncOwner() : ownerOf(current);
  return currentEffectFiber() ?? running ?? MAIN;
}

/** Whether `owner` is the Effect fiber on which `fiber` performs what its body yields. */
export function isEffectOf(owner: Owner | undefined, fiber: FiberCore | undefined): boolean {
  const extra = fiber?.extra;
  if (owner === undefined || extra === undefined) return false;
  return [extra.companion, ...extra.formerCompanions].some((each) => each?.fiber === owner);
}

/** The fiber that an owner is; the others have none. */
export function fiberOf(owner: Owner | undefined): FiberState | undefined {
  return typeof owner === "object" && "park" in owner ? owner : undefined;
}

export function nameOf(owner: Owner): string {
  if (owner === MAIN) return "main";
  return "park" in owner ? owner.name : `Effect fiber #${owner.id}`;
}

/** A Wait as an Effect whose acquires are the Effect fiber's own: for `asEffect`. */
export function forEffectFiber<A, E, R>(wait: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
  return Effect.withFiber((effectFiber) => script(runFor<A, E, R>, effectFiber, wait));
}

function* runFor<A, E, R>(
  effectFiber: EffectFiber<unknown, unknown>,
  wait: Effect.Effect<A, E, R>,
): Generator<Effect.Effect<A, E, R>, A, never> {
  effectFibers.set(hub.current as FiberCore, effectFiber);
  return yield* wait;
}

class OwnedScript<A, E, R, Args extends unknown[]> extends Script<A, E, R, Args> {
  override asEffect(): Effect.Effect<A, E, R> {
    return forEffectFiber<A, E, R>(this);
  }
}

/** As `script`, for one that acquires. */
export function ownedScript<A, E, R, Args extends unknown[]>(
  body: (...args: Args) => Generator<Effect.Effect<unknown, E, R>, A, never>,
  ...args: Args
): Wait<A, E, R> {
  return new OwnedScript<A, E, R, Args>(body, args) as unknown as Wait<A, E, R>;
}
