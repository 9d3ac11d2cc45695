import type { Status } from "../fiber/fiber.ts";
import type { FiberState } from "../fiber/fiber-state.ts";
import { ENDING, NEW, RUNNING } from "../fiber/state.ts";
import { stopReason } from "../fiber/stop-reason.ts";
import { host } from "../internal/host.ts";
import { holdersOf } from "../scheduler/deadlock.ts";
import { hub } from "../scheduler/hub.ts";
import { recordOf } from "./fiber-records.ts";
import { outcomeOf } from "./outcome-of.ts";
import { parkSiteOf } from "./park-sites.ts";

/** A fiber in a `RunInfo`. */
export interface FiberInfo {
  /** Its id; a wait outside of fibers has a negative one, for this snapshot only. */
  readonly id: number;
  readonly name: string;
  readonly status: Status;
  readonly daemon: boolean;
  /** Whether it is no fiber that was spawned, but a Wait that the top level, an async body or an Effect program awaits. */
  readonly guest: boolean;
  /** Of whoever spawned it, or awaits it: the id. */
  readonly parent?: number;
  /** What it waits for, such as `sleep(2s)`; absent while it runs, or is ready to. */
  readonly parkReason?: string;
  /** Where it waits; in debug mode only. */
  readonly parkSite?: string;
  /** The names of the fibers that it waits for. */
  readonly holders: readonly string[];
  readonly spawnSite?: string;
  /** Innermost frame first. */
  readonly spawningStack: readonly string[];
  /** Milliseconds since it was spawned, if it was spawned while fibers were recorded. */
  readonly age?: number;
  /** For how many of them it ran. */
  readonly busy?: number;
  /** How often it ran. */
  readonly steps?: number;
}

/** What the program does at one moment. Nothing in it is lost in JSON. */
export interface RunInfo {
  /** As an ISO date. */
  readonly time: string;
  readonly runtime: string;
  readonly pid: number;
  /** How many fibers were spawned so far. */
  readonly spawned: number;
  /** How many tasks are ready to run. */
  readonly ready: number;
  /** How many timers are pending that keep the program alive. */
  readonly timers: number;
  /** How many turns of the run loop there were. */
  readonly turns: number;
  /**
   * The waits outside of fibers, then the live fibers and the ended ones that
   * spawned some of them, in the order in which they were spawned.
   */
  readonly fibers: readonly FiberInfo[];
}

/**
 * The live fibers, with what each one waits for, who spawned it and where. A look
 * at it is not a look at a fiber's failure: that is still reported.
 *
 * gevent: `gevent.util.GreenletTree.forest()`.
 *
 * @example
 * ```ts
 * import { sleep, spawn } from "fibril";
 * import { runInfo } from "fibril/inspect";
 *
 * spawn(function* main() {
 *   spawn({ name: "nap" }, () => sleep(5));
 *   yield* sleep();
 *   const nap = runInfo().fibers.find(({ name }) => name === "nap");
 *   console.log(nap?.status, nap?.parkReason); // -> suspended sleep(5ms)
 * });
 * ```
 */
export function runInfo(): RunInfo {
  const fibers = new Set([...hub.roster] as FiberState[]);
  // What is added on the way is visited, too: all ancestors.
  for (const fiber of fibers) {
    const parent = parentOf(fiber);
    if (parent !== undefined) fibers.add(parent);
  }
  const guests = [...fibers].filter((fiber) => fiber.isGuest);
  const guestIds = new Map(guests.map((guest, index) => [guest, -1 - index]));
  const idOf = (fiber: FiberState) => guestIds.get(fiber) ?? fiber.id;
  const spawned = [...fibers].filter((fiber) => !fiber.isGuest).sort((a, b) => a.id - b.id);
  return {
    time: new Date().toISOString(),
    runtime: host.runtime,
    pid: host.process.pid,
    spawned: hub.ids,
    ready: hub.ring.size + hub.lanes.size,
    timers: hub.timers.pending,
    turns: hub.turns,
    fibers: [...guests, ...spawned].map((fiber) => infoOf(fiber, idOf)),
  };
}

/** Who spawned it, or awaits it. */
function parentOf(fiber: FiberState): FiberState | undefined {
  return fiber.owner ?? (fiber.origin.spawner as FiberState | undefined);
}

function infoOf(fiber: FiberState, idOf: (fiber: FiberState) => number): FiberInfo {
  const parent = parentOf(fiber);
  const record = recordOf(fiber);
  const info = {
    id: idOf(fiber),
    name: fiber.name,
    status: statusOf(fiber),
    daemon: fiber.daemon,
    guest: fiber.isGuest,
    parent: parent && idOf(parent),
    parkReason: fiber.park === undefined && fiber.state !== ENDING ? undefined : stopReason(fiber),
    parkSite: fiber.park && parkSiteOf(fiber),
    holders: holdersOf(fiber).map(({ name }) => name),
    spawnSite: fiber.spawnSite,
    spawningStack: fiber.origin.site?.frames ?? [],
    age: record?.spawnedAt === undefined ? undefined : rounded(hub.timers.now() - record.spawnedAt),
    busy: record && rounded(record.busy),
    steps: record?.steps,
  };
  // Without what is unknown: undefined would be lost in JSON, and a copy of it be unequal.
  return Object.fromEntries(
    Object.entries(info).filter(([, value]) => value !== undefined),
  ) as unknown as FiberInfo;
}

/** To the microsecond, which is all that clocks tell. */
function rounded(millis: number): number {
  return Math.round(millis * 1000) / 1000;
}

/** As `fiber.status`, which would count as having seen a failure. */
function statusOf(fiber: FiberState): Status {
  if (fiber.state === NEW) return "pending";
  if (fiber.state === RUNNING) return "running";
  return fiber.settledExit === undefined ? "suspended" : outcomeOf(fiber);
}
