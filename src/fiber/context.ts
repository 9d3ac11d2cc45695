import * as Context from "effect/Context";
import { getCurrent as currentEffectFiber } from "effect/Fiber";
import { Scheduler } from "effect/Scheduler";
import { scheduler } from "../scheduler/dispatcher.ts";
import { hub } from "../scheduler/hub.ts";
import type { FiberCore } from "./core.ts";

let base: Context.Context<never> | undefined;

/** What a fiber of the top level runs with: nothing but our scheduler. */
export function baseContext(): Context.Context<never> {
  base ??= withOurScheduler(Context.empty());
  return base;
}

/** Effect's fibers and ours take turns only if they are scheduled by the same hub. */
export function withOurScheduler(context: Context.Context<never>): Context.Context<never> {
  if (Context.get(context, Scheduler) === scheduler) return context;
  return Context.add(context, Scheduler, scheduler) as Context.Context<never>;
}

/** Services and references in scope here: of the running Effect, else of the running fiber. */
export function inheritedContext(): Context.Context<never> {
  const effectFiber = currentEffectFiber();
  if (effectFiber !== undefined) return withOurScheduler(effectFiber.context);
  const fiber = hub.current as FiberCore | undefined;
  return fiber === undefined ? baseContext() : fiber.origin.context;
}
