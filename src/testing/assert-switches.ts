import type { Input as DurationInput } from "effect/Duration";
import type { Effect } from "effect/Effect";
import type { FiberCore } from "../fiber/core.ts";
import { formatMillis, toMillis } from "../fiber/delay.ts";
import { checkOptions } from "../fiber/limits.ts";
import { checkInline, runInline } from "../fiber/run-inline.ts";
import type { Body, ErrorOf, ServicesOf } from "../fiber/spawn.ts";
import type { Strands } from "../fiber/strands.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import { host } from "../internal/host.ts";
import { hub } from "../scheduler/hub.ts";
import type { TraceEvent } from "../scheduler/trace.ts";
import { addTracer } from "../scheduler/tracers.ts";
import { assertionError } from "./assertion-error.ts";

/** What is expected of a body. */
export interface AssertSwitchesOptions {
  /** How long it may run at a stretch. With it, a body that never switches may do so if it is quicker. */
  readonly maxBlockingTime?: DurationInput | undefined;
  /** Counts no switch to another greenlet, only those that let other fibers run. */
  readonly hubOnly?: boolean | undefined;
}

/**
 * Runs a body or a Wait in the current fiber and asserts that it let others run:
 * at all, or with `maxBlockingTime` at least that often. What the body throws
 * comes first.
 *
 * gevent: `gevent.util.assert_switches(max_blocking_time, hub_only)`.
 *
 * @throws AssertionError if it did not; RangeError or TypeError at the call for bad input.
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { assertSwitches } from "fibril/testing";
 *
 * spawn(function* () {
 *   yield* assertSwitches(sleep(1));
 *   try {
 *     yield* assertSwitches(() => JSON.parse("[]"));
 *   } catch (error) {
 *     console.log((error as Error).name); // -> AssertionError
 *   }
 * });
 * ```
 */
export function assertSwitches<Y extends Yieldable<unknown, unknown> = never, A = never>(
  body: (() => Body<Y, A>) | Body<Y, A>,
  options?: AssertSwitchesOptions,
): Wait<A, ErrorOf<Y>, ServicesOf<Y>>;
export function assertSwitches<A, E, R>(
  wait: Effect<A, E, R>,
  options?: AssertSwitchesOptions,
): Wait<A, E, R>;
export function assertSwitches<A>(
  body: (() => A) | PromiseLike<A>,
  options?: AssertSwitchesOptions,
): Wait<Awaited<A>, unknown>;
export function assertSwitches(
  body: unknown,
  options: AssertSwitchesOptions = {},
): Wait<unknown, unknown> {
  checkInline(body, "run assertSwitches");
  checkOptions(options, "assertSwitches");
  const { maxBlockingTime } = options;
  const most =
    maxBlockingTime === undefined ? undefined : toMillis(maxBlockingTime, "assertSwitches");
  return script(runWatched, body, most, options.hubOnly === true) as Wait<unknown, unknown>;
}

function* runWatched(
  body: unknown,
  most: number | undefined,
  hubOnly: boolean,
): Generator<Yieldable, unknown, never> {
  const watch = new SwitchWatch(hub.current as FiberCore, hubOnly);
  const remove = addTracer(watch.record);
  let value: unknown;
  try {
    value = yield* runInline(body);
  } finally {
    remove();
  }
  watch.check(most);
  return value;
}

/** How often one fiber let others run, and for how long it did not. */
class SwitchWatch {
  readonly #fiber: FiberCore;
  readonly #hubOnly: boolean;
  #switches = 0;
  #longest = 0;
  #since: number | undefined = host.now();
  #strand: unknown;

  constructor(fiber: FiberCore, hubOnly: boolean) {
    this.#fiber = fiber;
    this.#hubOnly = hubOnly;
    this.#strand = strandOf(fiber);
  }

  readonly record = ({ type, fiber }: TraceEvent): void => {
    if (fiber !== this.#fiber) return;
    if (type === "stop") this.#left();
    else if (type === "run") this.#entered();
  };

  /** Throws if it was too seldom. */
  check(most: number | undefined): void {
    const switches = this.#switches;
    this.#left();
    const { name } = this.#fiber;
    const longest = formatMillis(Math.round(this.#longest));
    if (most === undefined && switches === 0) {
      const others = this.#hubOnly ? "another fiber" : "anybody else";
      throw assertionError(`"${name}" never let ${others} run, for ${longest}: it does not wait`);
    }
    if (most !== undefined && this.#longest > most) {
      throw assertionError(
        `"${name}" ran for ${longest} at a stretch, longer than ${formatMillis(most)}: yield* sleep() in between`,
      );
    }
  }

  #left(): void {
    this.#switches++;
    if (this.#since !== undefined)
      this.#longest = Math.max(this.#longest, host.now() - this.#since);
    this.#since = undefined;
  }

  #entered(): void {
    const strand = strandOf(this.#fiber);
    // It goes on within its step: after a call, or in another greenlet.
    if (this.#since !== undefined && strand !== this.#strand && !this.#hubOnly) this.#left();
    this.#strand = strand;
    this.#since ??= host.now();
  }
}

function strandOf(fiber: FiberCore): unknown {
  return (fiber.extra?.coroutine as Strands | undefined)?.current;
}
