import { checkFunction } from "../fiber/body.ts";
import type { FiberCore } from "../fiber/core.ts";
import { checkOptions } from "../fiber/limits.ts";
import type { Thrown } from "../fiber/outcome.ts";
import { runInline } from "../fiber/run-inline.ts";
import type { Strike } from "../fiber/strike.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import { hub } from "../scheduler/hub.ts";
import { joinRoll } from "./group-join.ts";
import { killRoll } from "./group-kill.ts";
import type { Roll } from "./group-roll.ts";

/** How a group is used for the length of a block. */
export interface UseOptions {
  /**
   * The first failure of a member kills the others and is thrown at whatever the
   * block waits for. `false` (the default): it is thrown when all have ended.
   */
  readonly failFast?: boolean | undefined;
}

type Block<G> = (group: G, signal: AbortSignal) => unknown;

/** Every run makes a group of its own. */
export function use<G>(
  make: () => { readonly group: G; readonly roll: Roll },
  block: Block<G>,
  options: UseOptions | undefined,
): Wait<unknown, unknown> {
  checkFunction(block, "use");
  checkOptions(options, "use");
  return script(using<G>, make, block, options) as Wait<unknown, unknown>;
}

/** Runs the block in the fiber that yields this; at its end nobody is left in the group. */
function* using<G>(
  make: () => { readonly group: G; readonly roll: Roll },
  block: Block<G>,
  options: UseOptions | undefined,
): Generator<Yieldable, unknown, never> {
  const { group, roll } = make();
  const { failures } = roll;
  failures.expect();
  const wire = options?.failFast === true ? new Tripwire(roll) : undefined;
  const controller = new AbortController();
  let thrown: { readonly error: unknown } | undefined;
  try {
    const value = yield* runInline(() => block(group, controller.signal));
    yield* joinRoll(roll, undefined);
    return value;
  } catch (error) {
    controller.abort(error);
    thrown = { error };
    throw error;
  } finally {
    wire?.remove();
    yield* killRoll(roll, undefined);
    // A member may fail with it a moment after the block.
    if (thrown !== undefined) failures.forget(thrown.error);
    failures.unexpect();
  }
}

/** Throws the first failure into the fiber that uses the group, wherever that waits. */
class Tripwire {
  readonly #roll: Roll;
  readonly #fiber: FiberCore = hub.current as FiberCore;
  readonly #level: number;
  #strike: Strike | undefined;

  constructor(roll: Roll) {
    this.#roll = roll;
    const { more } = this.#fiber;
    this.#level = more.mask;
    // With it the fiber is in no deadlock yet.
    more.deadlines++;
    roll.failures.onFailure = (thrown) => this.#pull(thrown);
  }

  #pull(thrown: Thrown): void {
    if (this.#strike !== undefined) return;
    void killRoll(this.#roll, undefined);
    this.#strike = { error: this.#fiber.failing(thrown), level: this.#level };
    this.#fiber.strike(this.#strike);
  }

  /** A failure that was not thrown yet never is. */
  remove(): void {
    this.#fiber.more.deadlines--;
    this.#roll.failures.onFailure = undefined;
    if (this.#strike !== undefined) this.#fiber.withdraw(this.#strike);
  }
}
