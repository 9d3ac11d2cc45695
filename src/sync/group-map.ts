import { isAsyncFunction } from "../fiber/body.ts";
import type { FiberCore } from "../fiber/core.ts";
import type { Fiber } from "../fiber/fiber.ts";
import type { Observer } from "../fiber/fiber-state.ts";
import { GreenletExit } from "../fiber/greenlet-exit.ts";
import { runOwned } from "../fiber/owner.ts";
import { runInline } from "../fiber/run-inline.ts";
import { makeFiber } from "../fiber/spawn.ts";
import type { Wait, Yieldable } from "../fiber/wait.ts";
import { hub } from "../scheduler/hub.ts";
import { Admit } from "./group-entry.ts";
import { Recruit } from "./group-line.ts";
import type { Roll } from "./group-roll.ts";
import { Zip } from "./zip.ts";

export type Task = (...args: unknown[]) => unknown;

type Caller = (...args: never[]) => unknown;

/**
 * A new member that runs `task`, and whose failure is for who waits for its
 * value. `caller` is the generator function that the running body yields to.
 */
export function lend(roll: Roll, task: Task, args: unknown[], caller: Caller): Wait<Fiber> {
  const make = () => new Recruit(makeFiber("run", task, args, callerIn(roll, caller)), roll.lent);
  return new Admit(roll, make(), make) as Wait<Fiber>;
}

/** Whom to leave out of a spawn site. Where no line of the user's is on the stack, it is left empty. */
function callerIn(roll: Roll, caller: Caller): Caller {
  const fiber = hub.current as Fiber;
  const isOurs = fiber.isGuest || roll.mappers.has(fiber) || roll.feeders.has(fiber);
  return isOurs ? callerIn : caller;
}

/** `apply`: a member runs the task itself, since it would wait for room that it takes up. */
export function* applied(
  roll: Roll,
  task: Task,
  args: readonly unknown[],
): Generator<Yieldable, unknown, never> {
  if (isInside(roll)) return yield* runHere(task, args);
  const fiber = yield* lend(roll, task, [...args], applied);
  return yield* fiber.get();
}

/** `map`: all begin, as there is room; then their values are taken in order. */
export function* mapped(
  roll: Roll,
  task: Task,
  sources: readonly unknown[],
): Generator<Yieldable, unknown[], never> {
  const zip = new Zip(sources);
  const { kills } = roll;
  const begun: (Fiber | Done)[] = [];
  try {
    while (kills === roll.kills) {
      const args = yield* zip.next();
      if (args === undefined) break;
      begun.push(yield* beginOne(roll, task, args));
    }
    const values: unknown[] = [];
    for (const each of begun) values.push(each instanceof Done ? each.value : yield* each.get());
    if (kills !== roll.kills) throw new GreenletExit(`The ${roll.kind} was killed`);
    return values;
  } finally {
    for (const each of begun) if (!(each instanceof Done)) each.unobserve(taken);
    yield* zip.close();
  }
}

/** A member that maps does what there is no room for by itself. */
function* beginOne(
  roll: Roll,
  task: Task,
  args: unknown[],
): Generator<Yieldable, Fiber | Done, never> {
  if (roll.free === 0 && isInside(roll)) return new Done(yield* runHere(task, args));
  const fiber = yield* lend(roll, task, args, mapped);
  fiber.observe(taken);
  return fiber;
}

/** The value of a task that ran in the fiber that maps. */
class Done {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** Whoever maps throws a failure as soon as it has come to it. */
const taken: Observer = { observes: true, prompt: true, settled() {} };

/** Whether the running fiber, or the one that it waits for, is a member. */
function isInside(roll: Roll): boolean {
  const fiber = hub.current as FiberCore;
  return roll.has(fiber.owner ?? fiber);
}

function* runHere(task: Task, args: readonly unknown[]): Generator<Yieldable, unknown, never> {
  if (!isAsyncFunction(task)) return yield* runInline(() => task(...args));
  // What it awaits is awaited for this fiber, so that it can be found to be a member.
  const fiber = hub.current as FiberCore;
  return yield* runInline(() => runOwned(fiber, () => task(...args)));
}
