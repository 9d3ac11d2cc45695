import { checkBody } from "../../fiber/body.ts";
import { runInline } from "../../fiber/run-inline.ts";
import { until } from "../../fiber/until.ts";
import type { Wait, Yieldable } from "../../fiber/wait.ts";
import { UnsendableError } from "../codec/unsendable.ts";
import { moduleOf, type Trace } from "../naming/caller-module.ts";
import { findFunction } from "../naming/find-function.ts";
import type { AnyFunction, FunctionRef } from "../naming/function-ref.ts";
import { nameFunction } from "../naming/name-function.ts";

/** What the last one at a barrier runs, in whichever process that is. */
export class BarrierAction {
  #run: AnyFunction | undefined;
  #ref: FunctionRef | undefined;
  readonly #trace: Trace | undefined;

  /** @param trace where the barrier was made. */
  static of(run: AnyFunction, trace: Trace): BarrierAction {
    checkBody(run, "make a Barrier's action of");
    return new BarrierAction(run, undefined, trace);
  }

  /** The action of a barrier that another process made: it is loaded when it is first run. */
  static named(ref: FunctionRef): BarrierAction {
    return new BarrierAction(undefined, ref, undefined);
  }

  private constructor(
    run: AnyFunction | undefined,
    ref: FunctionRef | undefined,
    trace: Trace | undefined,
  ) {
    this.#run = run;
    this.#ref = ref;
    this.#trace = trace;
  }

  /** How another process finds it. @throws UnsendableError if it can't. */
  get ref(): FunctionRef {
    this.#ref ??= this.#name(this.#run as AnyFunction);
    return this.#ref;
  }

  *run(): Generator<Yieldable<never>, void, never> {
    this.#run ??= yield* until(findFunction(this.ref, load)) as Wait<AnyFunction>;
    yield* runInline(this.#run) as Generator<Yieldable<never>, unknown, never>;
  }

  #name(run: AnyFunction): FunctionRef {
    const ref = nameFunction(run, this.#trace && moduleOf(this.#trace));
    if (!(ref instanceof Promise)) return ref;
    ref.catch(() => {});
    throw new UnsendableError(
      "barrier.action",
      `the function "${run.name}"`,
      "export it from the module that makes the Barrier, or name it by task(import.meta, fn)",
    );
  }
}

function load(module: string): Promise<object> {
  return import(module);
}
