import type { Input as DurationInput } from "effect/Duration";
import { checkBody, show } from "../fiber/body.ts";
import { toMillis } from "../fiber/delay.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import { script, type Wait } from "../fiber/wait.ts";
import { Arrive, pass, Rounds, TIMED_OUT } from "./barrier-rounds.ts";

/** How a Barrier works. */
export interface BarrierOptions {
  /** Any kind of body, run by the last to arrive before anybody goes on. */
  readonly action?: (() => unknown) | undefined;
  /** For every `wait` without one of its own. */
  readonly timeout?: DurationInput | undefined;
}

/**
 * Where so many fibers wait for each other, round after round. Who is killed or
 * timed out while it waits there breaks it, for the others would wait for ever.
 *
 * threading: `threading.Barrier`.
 *
 * @example
 * ```ts
 * import { joinAll, spawn } from "fibril";
 * import { Barrier } from "fibril/sync";
 *
 * const barrier = new Barrier(2, { action: () => console.log("both are there") });
 * function* walk(name: string) {
 *   yield* barrier.wait();
 *   console.log(name, "goes on");
 * }
 * void joinAll([spawn(walk, "Ann"), spawn(walk, "Bob")]).then();
 * // -> both are there
 * // -> Bob goes on
 * // -> Ann goes on
 * ```
 */
export class Barrier {
  readonly #rounds: Rounds;
  readonly #timeout: DurationInput | undefined;

  /** @throws RangeError or TypeError for `parties` that are no integer >= 1, or bad options. */
  constructor(parties: number, options?: BarrierOptions) {
    checkParties(parties);
    checkOptions(options, "make a Barrier");
    if (options?.timeout !== undefined) toMillis(options.timeout, "time a Barrier out");
    if (options?.action !== undefined) checkBody(options.action, "make a Barrier's action of");
    this.#rounds = new Rounds(parties, options?.action);
    this.#timeout = options?.timeout;
  }

  /** How many have to arrive. */
  get parties(): number {
    return this.#rounds.parties;
  }

  /** How many wait just now. */
  get nWaiting(): number {
    return this.#rounds.waiting.size;
  }

  /** Whether every `wait` throws until `reset`. */
  get broken(): boolean {
    return this.#rounds.broken;
  }

  /**
   * Waits until all parties have arrived, and gives the number of those who came
   * earlier: 0 for the first. Throws a BrokenBarrierError if the barrier is
   * broken, or gets so meanwhile, as by its own `timeout`.
   */
  wait(options?: WaitOptions): Wait<number> {
    checkOptions(options, "wait");
    const limits = { signal: options?.signal, timeout: options?.timeout ?? this.#timeout };
    const arrive = new Arrive(this.#rounds);
    const arrival = isLimited(limits) ? limited(arrive, limits, { value: TIMED_OUT }) : arrive;
    return script(pass, this.#rounds, arrival);
  }

  /** Breaks it: who waits, and who comes, gets a BrokenBarrierError until `reset`. */
  abort(): void {
    this.#rounds.break("was aborted");
  }

  /** Makes it as new; who waits gets a BrokenBarrierError. */
  reset(): void {
    this.#rounds.break("was reset");
    this.#rounds.broken = false;
  }
}

function checkParties(parties: unknown): void {
  if (typeof parties !== "number") {
    throw new TypeError(`Cannot make a Barrier for ${show(parties)} parties: pass a number`);
  }
  if (Number.isSafeInteger(parties) && parties >= 1) return;
  throw new RangeError(`Cannot make a Barrier for ${parties} parties: pass an integer >= 1`);
}
