import { show } from "../../fiber/body.ts";
import { toMillis } from "../../fiber/delay.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../../fiber/limits.ts";
import { script, type Wait, type Yieldable } from "../../fiber/wait.ts";
import type { BarrierOptions } from "../../sync/barrier.ts";
import { commonHome } from "../family.ts";
import { type Handle, handleOf, opened, openHandle, shareable } from "../handles.ts";
import { traceAbove } from "../naming/caller-module.ts";
import type { FunctionRef } from "../naming/function-ref.ts";
import { MOST_PARTIES } from "../shm/barrier-state.ts";
import { Arrive, BarrierWord, brokenBarrier, LATE } from "../shm/barrier-word.ts";
import { BarrierAction } from "./barrier-action.ts";

const TIMED_OUT = -2;

/** What a Barrier is made of. */
interface Parts {
  readonly word: BarrierWord;
  readonly action: BarrierAction | undefined;
  readonly millis: number | undefined;
}

let partsOf: (barrier: OpenBarrier) => Parts;

/** All of a Barrier, whether it was made in this process or in another. */
abstract class OpenBarrier {
  readonly #parts: Parts;

  static {
    partsOf = (barrier) => barrier.#parts;
  }

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** How many have to arrive. */
  get parties(): number {
    return this.#parts.word.parties;
  }

  /** How many wait just now. */
  get nWaiting(): number {
    return this.#parts.word.arrived;
  }

  /** Whether every `wait` throws until `reset`. */
  get broken(): boolean {
    return this.#parts.word.broken;
  }

  /**
   * Waits until all parties have arrived, and gives the number of those who came
   * earlier: 0 for the first. Throws a BrokenBarrierError if the barrier is
   * broken, or gets so meanwhile, as by its own `timeout` or the end of a process
   * that waits there.
   */
  wait(options?: WaitOptions): Wait<number> {
    checkOptions(options, "wait");
    if (options?.timeout !== undefined) toMillis(options.timeout, "wait");
    return script(pass, this.#parts, options);
  }

  /** Breaks it: who waits, and who comes, gets a BrokenBarrierError until `reset`. */
  abort(): void {
    this.#parts.word.abort();
  }

  /** Makes it as new; who waits gets a BrokenBarrierError. */
  reset(): void {
    this.#parts.word.reset();
  }
}

/**
 * Where so many fibers of several processes wait for each other, round after round.
 * Who is killed or timed out while it waits there breaks it, and so does the end of
 * its process, for the others would wait for ever.
 *
 * The action runs once a round, in the process whose fiber came last. It goes to
 * other processes as the target of a Process does: it is exported, or uses nothing
 * from around it.
 *
 * multiprocessing: `multiprocessing.Barrier`.
 *
 * @example
 * ```ts
 * import { Barrier, Process } from "fibril/process";
 *
 * export function announce() {
 *   console.log("all are there");
 * }
 * export function* walk(barrier: Barrier) {
 *   yield* barrier.wait();
 * }
 * async function main() {
 *   const barrier = new Barrier(2, { action: announce });
 *   const processes = [1, 2].map(() => new Process({ target: walk, args: [barrier] }));
 *   for (const process of processes) process.start();
 *   for (const process of processes) await process.join();
 *   console.log(barrier.nWaiting, barrier.broken);
 *   // -> all are there
 *   // -> 0 false
 * }
 * if (import.meta.main) void main();
 * ```
 */
export class Barrier extends OpenBarrier {
  /** @throws RangeError or TypeError for `parties` that are no integer from 1 to 4095, or bad options. */
  constructor(parties: number, options?: BarrierOptions) {
    checkParties(parties);
    checkOptions(options, "make a Barrier");
    const { timeout, action } = options ?? {};
    super({
      millis: timeout === undefined ? undefined : toMillis(timeout, "time a Barrier out"),
      action:
        action === undefined ? undefined : BarrierAction.of(action, traceAbove(Barrier as never)),
      word: BarrierWord.create(commonHome(), parties),
    });
  }
}

interface Packed extends Handle {
  readonly action: FunctionRef | undefined;
  readonly millis: number | undefined;
}

shareable(
  Barrier,
  "Barrier",
  import.meta.url,
  (barrier: Barrier): Packed => {
    const { word, action, millis } = partsOf(barrier);
    return { ...handleOf(word), action: action?.ref, millis };
  },
  (packed) =>
    opened(Barrier, OpenBarrier, {
      word: openHandle(packed, BarrierWord.at),
      action: packed.action && BarrierAction.named(packed.action),
      millis: packed.millis,
    }),
);

/** What one does at a barrier. */
function* pass(
  { word, action, millis }: Parts,
  options: WaitOptions | undefined,
): Generator<Yieldable<never>, number, never> {
  const limits = { signal: options?.signal, timeout: options?.timeout ?? millis };
  const arrive = new Arrive(word, action !== undefined);
  const arrival = isLimited(limits) ? limited(arrive, limits, { value: TIMED_OUT }) : arrive;
  let index: number;
  do index = yield* arrival;
  while (index === LATE);
  if (index === TIMED_OUT) throw brokenBarrier("timed out");
  if (action !== undefined && index === word.parties - 1) yield* act(word, action, arrive.round);
  return index;
}

/** Runs the action and lets the round go on, or breaks it. */
function* act(
  word: BarrierWord,
  action: BarrierAction,
  round: number,
): Generator<Yieldable<never>, void, never> {
  try {
    yield* action.run();
    if (!word.complete(round)) throw brokenBarrier("was broken during its action");
  } catch (error) {
    word.break(round);
    throw error;
  } finally {
    word.takePart(round, -1);
  }
}

function checkParties(parties: unknown): void {
  if (typeof parties !== "number") {
    throw new TypeError(`Cannot make a Barrier for ${show(parties)} parties: pass a number`);
  }
  if (Number.isSafeInteger(parties) && parties >= 1 && parties <= MOST_PARTIES) return;
  throw new RangeError(
    `Cannot make a Barrier for ${parties} parties: pass an integer from 1 to ${MOST_PARTIES}`,
  );
}
