import type * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import type { Fiber as EffectFiber } from "effect/Fiber";
import { hub } from "../scheduler/hub.ts";
import type { Park } from "../scheduler/park.ts";
import { isInterrupt } from "./outcome.ts";

/** Who gets the Exit of an Effect that did not end at once. */
export interface Receiver {
  effectDone(exit: Exit.Exit<unknown, unknown>): void;
}

type Resume = (step: Effect.Effect<void>) => void;

/**
 * The Effect fiber on which a fiber runs the Effects that its body yields, one
 * after the other. It lives as long as the body, so that what an Effect forks
 * with `forkChild` does too.
 *
 * It is uninterruptible but for the Effect that it performs. One that was
 * interrupted is `struck` and performs nothing more (Effect never forgets an
 * interruption); it stays parked as the owner of what the body forked so far.
 */
export class Companion implements Park {
  readonly #receiver: Receiver;
  #fiber: EffectFiber<void> | undefined;
  #resume: Resume | undefined;
  #exit: Exit.Exit<unknown, unknown> | undefined;
  /** Whether the Exit is handed to the caller of `perform` or `cancel` instead of the receiver. */
  #inline = false;
  struck = false;

  constructor(receiver: Receiver) {
    this.#receiver = receiver;
  }

  /** Runs `effect`; gives its Exit if it ended at once, else the receiver gets it later. */
  perform(
    effect: Effect.Effect<unknown, unknown, never>,
    context: Context.Context<never>,
  ): Exit.Exit<unknown, unknown> | undefined {
    const step = Effect.matchCauseEffect(
      isSync(effect) ? effect : Effect.interruptible(effect),
      this.#handlers,
    );
    this.#inline = true;
    if (this.#fiber === undefined) {
      this.#fiber = Effect.runForkWith(context)(step, { uninterruptible: true });
    } else {
      const resume = this.#resume as Resume;
      this.#resume = undefined;
      resume(step);
    }
    return this.#taken();
  }

  get fiber(): EffectFiber<void> | undefined {
    return this.#fiber;
  }

  cancel(): boolean {
    this.struck = true;
    this.#inline = true;
    this.#fiber?.interruptUnsafe();
    const exit = this.#taken();
    if (exit === undefined) return false;
    if (Exit.isFailure(exit) && isInterrupt(exit.cause)) return true;
    // A finalizer failed at once, or the Effect came through: not to be lost.
    hub.push(() => this.#receiver.effectDone(exit));
    return false;
  }

  describe(): string {
    return "Effect";
  }

  /** Ends it and interrupts what it still owns; true if that is done at once. */
  close(closed: () => void): boolean {
    this.#resume?.(Effect.void);
    if (this.#fiber === undefined || this.#fiber.pollUnsafe() !== undefined) return true;
    this.#fiber.addObserver(closed);
    return false;
  }

  #taken(): Exit.Exit<unknown, unknown> | undefined {
    const exit = this.#exit;
    this.#inline = false;
    this.#exit = undefined;
    return exit;
  }

  #settle(exit: Exit.Exit<unknown, unknown>): Effect.Effect<void> {
    if (this.#inline) this.#exit = exit;
    else this.#receiver.effectDone(exit);
    return this.#parked;
  }

  readonly #parked: Effect.Effect<void> = Effect.callback<void>((resume) => {
    this.#resume = resume;
  });

  readonly #handlers = {
    onFailure: (cause: Parameters<typeof Exit.failCause>[0]) => this.#settle(Exit.failCause(cause)),
    onSuccess: (value: unknown) => this.#settle(Exit.succeed(value)),
  };
}

let syncPrototype: object | undefined;

/** What `Effect.sync` makes ends in one go: to make it interruptible costs 110 ns for nothing. */
function isSync(effect: object): boolean {
  syncPrototype ??= Object.getPrototypeOf(Effect.sync(() => undefined)) as object;
  return Object.getPrototypeOf(effect) === syncPrototype;
}
