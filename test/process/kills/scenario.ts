import { sleep } from "fibril";
import { Process } from "../../../src/process/process.ts";
import type { Plan } from "./plan.ts";

/** Processes that share something, of which one is killed again and again. */
export interface Scenario {
  /** Has one killed by the plan, and throws where the others do not go on as they should. */
  round(plan: Plan): Promise<void>;
  /** Ends all that it has started. */
  end(): Promise<void>;
}

/** Who waits longer would wait for ever: a loaded machine takes seconds to start a process. */
const PATIENCE_MS = 30_000;
/** To look may take long itself. */
const LONGEST_PAUSE_MS = 20;

export async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (let pause = 1; !isSo(); pause = Math.min(LONGEST_PAUSE_MS, 1.5 * pause)) {
    if (Date.now() > end) throw new Error(`hangs: ${what}`);
    await sleep(pause);
  }
}

export function must(what: string, found: unknown, ...expected: readonly unknown[]): void {
  if (expected.includes(found)) return;
  throw new Error(`${what}: ${String(found)}, not ${expected.join(" or ")}`);
}

/** What is waited for has to come. */
export async function inTime<A>(what: string, wait: PromiseLike<A>): Promise<A> {
  const late = new Error(`hangs: ${what}`);
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late), PATIENCE_MS);
  });
  try {
    return await Promise.race([wait, patience]);
  } finally {
    clearTimeout(timer);
  }
}

export function begin<A extends unknown[]>(
  target: (...args: A) => unknown,
  ...args: A
): Process<A> {
  const child = new Process<A>({ target, args } as never);
  child.start();
  return child;
}

/** Starts a process that follows the plan, and waits until that has killed it. */
export async function killOne<A extends unknown[]>(
  target: (plan: Plan, ...args: A) => unknown,
  plan: Plan,
  ...args: A
): Promise<void> {
  await died(begin(target, plan, ...args));
}

/** As `killOne`, where the plan is for what comes before the work as well. */
export async function killEarly<A extends unknown[]>(
  target: (...args: A) => unknown,
  plan: Plan,
  ...args: A
): Promise<void> {
  await died(startEarly(plan, () => begin(target, ...args)));
}

/** What `start` starts at once follows the plan from its first step on. */
export function startEarly<A>({ place, times }: Plan, start: () => A): A {
  process.env["FIBRIL_KILL_AT"] = `${place}:${times}`;
  try {
    return start();
  } finally {
    delete process.env["FIBRIL_KILL_AT"];
  }
}

export async function died<A extends unknown[]>(victim: Process<A>): Promise<void> {
  try {
    await until("the victim, which does not come to its place", () => !victim.isAlive());
  } finally {
    victim.kill();
  }
  await victim.join();
  must("the victim's exit code", victim.exitcode, -9);
}

/** Ends processes that go on for ever. */
export async function stop(...processes: readonly Pick<Process, "kill" | "join">[]): Promise<void> {
  for (const each of processes) each.kill();
  for (const each of processes) await each.join();
}
