import type { FiberState } from "../fiber/fiber-state.ts";
import { handledSignals } from "../fiber/program.ts";
import { stopReason } from "../fiber/stop-reason.ts";
import { host } from "../internal/host.ts";
import { holdersOf } from "../scheduler/deadlock.ts";
import { hub } from "../scheduler/hub.ts";
import { type LeakProbe, type Living, leakProbes } from "../scheduler/leak-probes.ts";
import type { Parked } from "../scheduler/park.ts";

/** Something that outlived the body. */
export interface Leak {
  /** `fiber`, `timer`, `link`, `signal handler`, `resource`, or what a probe was registered for. */
  readonly kind: string;
  readonly name: string;
  /** What it does or waits for. */
  readonly doing?: string | undefined;
  /** Where it was made. */
  readonly site?: string | undefined;
}

/** Something that lives, and what to say of it. */
export interface Counted {
  readonly thing: unknown;
  readonly leak: Leak;
}

/** Everything that lives just now and can be seen at any time. */
export function census(): Counted[] {
  return [...ownProbes, ...leakProbes].flatMap(([kind, probe]) =>
    [...probe()].map(({ thing, name, doing, site }) => ({
      thing,
      leak: { kind, name, doing, site },
    })),
  );
}

const ownProbes: readonly (readonly [kind: string, probe: LeakProbe])[] = [
  ["fiber", fibers],
  ["link", links],
  ["signal handler", signalHandlers],
  ["resource", resources],
];

/** Those that wait for the running fiber go on when it ends. */
function fibers(): Living[] {
  const live = [...hub.roster] as FiberState[];
  const staying = live.filter((fiber) => !waitsForCurrent(fiber));
  return staying.map((fiber) => ({
    thing: fiber,
    name: fiber.isGuest ? `an await of ${fiber.name}` : fiber.name,
    doing: stopReason(fiber),
    site: fiber.spawnSite,
  }));
}

function waitsForCurrent(fiber: Parked): boolean {
  const chain = new Set<Parked>([fiber]);
  for (const each of chain) for (const holder of holdersOf(each)) chain.add(holder);
  return hub.current !== fiber && hub.current !== undefined && chain.has(hub.current);
}

/** Those that somebody has to take off again; who joins a fiber is one, too. */
function links(): Living[] {
  return ([...hub.roster] as FiberState[]).flatMap((fiber) =>
    [fiber.observers ?? []]
      .flat()
      .filter((observer) => "callback" in observer)
      .map((observer) => ({ thing: observer, name: `of ${fiber.name}`, site: fiber.spawnSite })),
  );
}

function signalHandlers(): Living[] {
  return [...handledSignals].map((handler) => ({ thing: handler, name: "" }));
}

/** What the host knows by kind alone: so the third socket is one thing, whichever it is. */
function resources(): Living[] {
  const counts = new Map<string, number>();
  // Deno and Bun give none.
  const { getActiveResourcesInfo } = host.process as { getActiveResourcesInfo?: () => string[] };
  return (getActiveResourcesInfo?.() ?? []).filter(isLasting).map((kind) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return { thing: `${kind} ${count}`, name: kind };
  });
}

/** Sockets, pipes, servers and children; not what passes by itself. */
function isLasting(kind: string): boolean {
  return kind.endsWith("Wrap") && !kind.includes("Req");
}
