import type { Effect } from "effect/Effect";
import type { FiberCore } from "../fiber/core.ts";
import { isNegative, toMillis } from "../fiber/delay.ts";
import type { Step } from "../fiber/fiber-state.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import type { SelectableOp } from "../fiber/selectable.ts";
import { Op, script, type Wait } from "../fiber/wait.ts";

/** How to wait at a queue. */
export interface QueueWaitOptions extends WaitOptions {
  /** With `false` it throws at once instead of waiting; a `timeout` means nothing then. */
  readonly block?: boolean | undefined;
}

/** What is thrown by a wait that was not allowed, or took so many milliseconds. */
export type Refusal = (millis: number | undefined) => Error;

/** `op` within the limits of `options`; bad ones are an error here, at the call. */
export function within<A>(
  op: SelectableOp<A>,
  options: QueueWaitOptions,
  refusal: Refusal,
): Wait<A> {
  if (options.block === false) return new AtOnce(op, refusal) as unknown as Wait<A>;
  if (!isLimited(options)) return op as unknown as Wait<A>;
  const { timeout } = options;
  const millis = timeout === undefined ? undefined : toMillis(timeout, "wait");
  return script(orRefusal<A>, limited(op, options, { value: LATE }), millis, refusal);
}

/** As `within`, for options as a user gave them: getting and peeking take no negative timeout. */
export function wanted<A>(
  op: SelectableOp<A>,
  options: QueueWaitOptions | undefined,
  caller: string,
  refusal: Refusal,
): Wait<A> {
  if (options === undefined) return op as unknown as Wait<A>;
  checkOptions(options, caller);
  refuseNegative(options, caller);
  return within(op, options, refusal);
}

/** Throws for a timeout that would be used and is below 0. */
export function refuseNegative({ block, timeout }: QueueWaitOptions, caller: string): void {
  if (block === false || timeout === undefined || !isNegative(timeout, caller)) return;
  throw new RangeError(
    `Cannot ${caller} with a negative timeout: pass milliseconds >= 0, or none to wait for ever`,
  );
}

const LATE = Symbol("late");

function* orRefusal<A>(
  wait: Effect<A | typeof LATE>,
  millis: number | undefined,
  refusal: Refusal,
): Generator<Effect<A | typeof LATE>, A, never> {
  const value = yield* wait;
  if (value === LATE) throw refusal(millis);
  return value;
}

class AtOnce<A> extends Op<A> {
  readonly #op: SelectableOp<A>;
  readonly #refusal: Refusal;

  constructor(op: SelectableOp<A>, refusal: Refusal) {
    super();
    this.#op = op;
    this.#refusal = refusal;
  }

  begin(fiber: FiberCore): Step {
    const step = this.#op.poll(fiber);
    if (step === undefined) throw this.#refusal(undefined);
    return step;
  }
}
