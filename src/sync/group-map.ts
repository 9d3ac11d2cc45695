import { isAsyncFunction } from "../fiber/body.ts";
import type { FiberCore } from "../fiber/core.ts";
import type { Fiber } from "../fiber/fiber.ts";
import { OBSERVED } from "../fiber/fiber-state.ts";
import { GreenletExit } from "../fiber/greenlet-exit.ts";
import { valueOf } from "../fiber/join.ts";
import { runOwned } from "../fiber/owner.ts";
import { runInline } from "../fiber/run-inline.ts";
import type { Yieldable } from "../fiber/wait.ts";
import { hub } from "../scheduler/hub.ts";
import { Enter } from "./group-entry.ts";
import type { Roll } from "./group-roll.ts";
import type { Task, Work } from "./group-work.ts";
import { Zip } from "./zip.ts";

/** `apply`: a member runs the task itself, since it would wait for room that it takes up. */
export function* applied(
  roll: Roll,
  work: Work,
  args: readonly unknown[],
): Generator<Yieldable, unknown, never> {
  if (isInside(roll)) return yield* runHere(work.task, args);
  const fiber = work.member([...args], work.origin());
  yield* new Enter(roll, fiber);
  return yield* fiber.get();
}

/** `map`: all begin, as there is room; then their values are taken in order. */
export function* mapped(
  roll: Roll,
  work: Work,
  sources: readonly unknown[],
): Generator<Yieldable, unknown[], never> {
  const zip = new Zip(sources);
  const origin = work.origin();
  const { kills } = roll;
  const begun: (Fiber | Done)[] = [];
  try {
    while (kills === roll.kills) {
      const args = yield* zip.next();
      if (args === undefined) break;
      if (roll.free === 0 && isInside(roll)) {
        begun.push(new Done(yield* runHere(work.task, args)));
        continue;
      }
      const fiber = work.member(args, origin);
      yield* new Enter(roll, fiber);
      // Whoever maps throws a failure as soon as it has come to it.
      fiber.flags |= OBSERVED;
      begun.push(fiber);
    }
    const values: unknown[] = [];
    for (const each of begun) {
      if (each instanceof Done) values.push(each.value);
      else values.push(each.successful() ? valueOf(each) : yield* each.get());
    }
    if (kills !== roll.kills) throw new GreenletExit(`The ${roll.kind} was killed`);
    return values;
  } finally {
    for (const each of begun) if (!each.dead) each.flags &= ~OBSERVED;
    yield* zip.close();
  }
}

/** The value of a task that a member that maps, for which there was no room, ran by itself. */
class Done {
  readonly dead = true;
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

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
