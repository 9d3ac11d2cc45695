import { checkFunction } from "../fiber/body.ts";
import type { FiberCore } from "../fiber/core.ts";
import { killCores } from "../fiber/kill.ts";
import { checkOptions } from "../fiber/limits.ts";
import type { Body } from "../fiber/spawn.ts";
import type { Yieldable } from "../fiber/wait.ts";
import { hub } from "../scheduler/hub.ts";
import { type Policy, seededPolicy } from "../scheduler/policy.ts";
import { following, parseSchedule, recording, scheduleText, shrunk } from "./schedule.ts";
import { checkedSeed, dropTimers, virtualHubWith } from "./virtual-hub.ts";

/** How schedules are explored. */
export interface ExploreOptions {
  /** How many schedules; 100 if absent. */
  readonly seeds?: number | undefined;
  /** The first seed: to run a failure again, pass its seed here and `seeds: 1`. */
  readonly first?: number | undefined;
  /** Looks for the fewest choices that make it fail, by up to 300 more runs. */
  readonly shrink?: boolean | undefined;
  /** Runs only this schedule, as the message of a shrunk failure gives it. */
  readonly schedule?: string | undefined;
}

/**
 * Runs a body under many schedules, each picked by its seed, on the virtual
 * clock. What it throws comes out with the seed that does it again, or with
 * `shrink` with the few choices out of order that it takes. Fibers that a run
 * leaves behind are killed.
 *
 * @throws Error with the seed in its message and the body's error as its cause; RangeError or TypeError for bad input.
 * @example
 * ```ts
 * import { joinAll, sleep, spawn } from "fibril";
 * import { explore } from "fibril/testing";
 *
 * async function main() {
 *   const orders = new Set<string>();
 *   await explore(function* () {
 *     const order: string[] = [];
 *     yield* joinAll(["a", "b"].map((name) => spawn(() => order.push(name))));
 *     orders.add(order.join(""));
 *   });
 *   console.log([...orders].sort()); // -> [ "ab", "ba" ]
 * }
 * void main();
 * ```
 */
export function explore<Y extends Yieldable<unknown, unknown>>(
  body: () => Body<Y, unknown>,
  options?: ExploreOptions,
): Promise<void>;
export function explore(body: () => unknown, options?: ExploreOptions): Promise<void>;
export async function explore(body: AnyBody, options: ExploreOptions = {}): Promise<void> {
  checkFunction(body, "explore");
  checkOptions(options, "explore");
  if (options.schedule !== undefined) return follow(body, options.schedule);
  const first = checkedSeed(options.first ?? 1);
  const seeds = checkedCount(options.seeds ?? 100);
  for (let seed = first; seed < first + seeds; seed++) {
    const schedule = new Map<number, number>();
    const failure = await attempt(body, recording(seededPolicy(seed), schedule));
    if (failure === undefined) continue;
    if (options.shrink !== true) throw failed(seed, `{ first: ${seed}, seeds: 1 }`, failure);
    const fewest = await shrunk(schedule, async (fewer) =>
      isSame(failure, await attempt(body, following(fewer))),
    );
    throw failed(seed, `{ schedule: "${scheduleText(fewest)}" }`, failure);
  }
}

async function follow(body: AnyBody, text: string): Promise<void> {
  const failure = await attempt(body, following(parseSchedule(text)));
  if (failure !== undefined) throw failed(`"${text}"`, `{ schedule: "${text}" }`, failure);
}

type AnyBody = () => unknown;

interface Failure {
  readonly error: unknown;
}

/** Runs the body once. */
async function attempt(body: AnyBody, policy: Policy): Promise<Failure | undefined> {
  const others = new Set(hub.roster);
  const virtual = virtualHubWith(policy);
  let failure: Failure | undefined;
  try {
    await virtual.run(body);
  } catch (error) {
    failure = { error };
  }
  // What it left in the middle would stand in the way of the next run.
  const left = ([...hub.roster] as FiberCore[]).filter((fiber) => !others.has(fiber));
  await killCores(left.filter(isSpawned), { grace: 0 });
  try {
    virtual[Symbol.dispose]();
  } catch (error) {
    failure ??= { error };
    dropTimers();
  }
  return failure;
}

function isSpawned(fiber: FiberCore): boolean {
  return !fiber.isGuest;
}

/** With none at all every body would pass. */
function checkedCount(seeds: number): number {
  if (seeds >= 1 && (Number.isInteger(seeds) || seeds === Number.POSITIVE_INFINITY)) return seeds;
  throw new RangeError(`Cannot explore ${seeds} schedules: pass an integer >= 1`);
}

function isSame(one: Failure, other: Failure | undefined): boolean {
  return other !== undefined && String(one.error) === String(other.error);
}

function failed(which: number | string, again: string, { error }: Failure): Error {
  return new Error(`Schedule ${which} failed: run it again with ${again}`, { cause: error });
}
