import { toMillis } from "../fiber/delay.ts";
import { type KillAllOptions, killCores } from "../fiber/kill.ts";
import { checkOptions, isLimited, limited } from "../fiber/limits.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import type { Roll } from "./group-roll.ts";

/**
 * Kills at once whoever is in, or waits to get in. The Wait kills those who come
 * meanwhile, too, until for once nobody is left; it gives up silently at its timeout.
 */
export function killRoll(roll: Roll, options: KillAllOptions | undefined): Wait<void> {
  checkOptions(options, "kill");
  if (options?.timeout !== undefined) toMillis(options.timeout, "kill");
  const { timesEmpty } = roll;
  roll.kills++;
  const { reason, grace } = options ?? {};
  const deaths = killCores(roll.draft(), { reason, grace });
  const empty = script(untilEmpty, roll, timesEmpty, deaths, { reason, grace });
  return isLimited(options) ? limited(empty, options, { value: undefined }) : empty;
}

function* untilEmpty(
  roll: Roll,
  timesEmpty: number,
  deaths: Wait<void>,
  options: KillAllOptions,
): Generator<Yieldable<never>, void, never> {
  yield* deaths;
  while (!roll.isIdle() && roll.timesEmpty === timesEmpty) yield* killCores(roll.draft(), options);
}
