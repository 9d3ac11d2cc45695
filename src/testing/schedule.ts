import type { Policy } from "../scheduler/policy.ts";

/** Which choices are not first in, first out: the number of the choice, and the index that it takes. */
export type Schedule = ReadonlyMap<number, number>;

/** Picks as `policy` does, and notes in `schedule` what is out of order. */
export function recording(policy: Policy, schedule: Map<number, number>): Policy {
  let step = 0;
  return (size) => {
    const index = policy(size);
    if (index !== 0) schedule.set(step, index);
    step++;
    return index;
  };
}

/** Picks as `schedule` says, and everything else in order. */
export function following(schedule: Schedule): Policy {
  let step = 0;
  // With fewer choices made out of order, others may find less to choose from.
  return (size) => Math.min(schedule.get(step++) ?? 0, size - 1);
}

/** Runs a schedule; whether it fails, and in the same way. */
type Attempt = (schedule: Schedule) => Promise<boolean>;

/** More only polish what one can read by now. */
const MOST_ATTEMPTS = 300;

/** A schedule that still fails, and from which no choice can be left out: halves first, then single ones. */
export async function shrunk(schedule: Schedule, fails: Attempt): Promise<Schedule> {
  let choices = [...schedule];
  let attempts = 0;
  for (let size = choices.length; size >= 1; size = size >> 1) {
    for (let from = 0; from < choices.length && attempts++ < MOST_ATTEMPTS; ) {
      const fewer = choices.toSpliced(from, size);
      if (await fails(new Map(fewer))) choices = fewer;
      else from += size;
    }
  }
  return new Map(choices);
}

/** As text: `3:1 7:2` takes index 1 at choice 3 and index 2 at choice 7. */
export function scheduleText(schedule: Schedule): string {
  return [...schedule].map(([step, index]) => `${step}:${index}`).join(" ");
}

/** Reads what `scheduleText` wrote. */
export function parseSchedule(text: string): Schedule {
  const parts = text.split(" ").filter((part) => part !== "");
  const wrong = parts.find((part) => !/^\d+:\d+$/.test(part));
  if (wrong !== undefined) {
    throw new RangeError(
      `Cannot follow the schedule "${text}": "${wrong}" is no choice such as 3:1`,
    );
  }
  return new Map(parts.map((part) => part.split(":").map(Number) as [number, number]));
}
