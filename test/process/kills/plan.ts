import { dieAt, type Point } from "../../../src/process/fault.ts";

/** Where a process is killed: at a named point, or before any change of shared memory. */
export type Place = Point | "atomics";

/** At which of its passes there. */
export interface Plan {
  readonly place: Place;
  readonly times: number;
}

/** Where the victim of a scenario may die, and up to which of its passes there. */
export type Places = Readonly<Partial<Record<Place, number>>>;

/** Whether it may be before or after any step: nobody knows what the victim has in hand. */
export function isAnywhere({ place }: Plan): boolean {
  return place === "atomics" || place === "broker.asked";
}

/** From now on this process dies by the plan. */
export function follow({ place, times }: Plan): void {
  if (place === "atomics") dieAtChange(times);
  else dieAt(place, times);
}

const CHANGES = ["store", "add", "sub", "and", "or", "exchange", "compareExchange"] as const;

function dieAtChange(times: number): void {
  let left = times;
  const changes = Atomics as unknown as Record<string, (...args: unknown[]) => unknown>;
  for (const name of CHANGES) {
    const change = changes[name] as (...args: unknown[]) => unknown;
    changes[name] = (...args) => {
      if (--left === 0) process.kill(process.pid, "SIGKILL");
      return change(...args);
    };
  }
}
