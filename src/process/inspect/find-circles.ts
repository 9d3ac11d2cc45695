import type { FiberInfo } from "../../inspect/run-info.ts";
import type { HolderInfo, ProcessInfo } from "./info-types.ts";
import { allOf, holderKey, ownerKey } from "./name-holders.ts";

/** A fiber that waits for a lock, and who holds that. */
export interface LockWait {
  readonly process: ProcessInfo;
  readonly fiber: FiberInfo;
  readonly lock: string;
  readonly holder: HolderInfo;
}

/** What a fiber waits for in `acquire`, as LockWord words it. */
const ACQUIRE = /^(r?lock#\d+)\.acquire/;

/**
 * Fibers that wait for each other's locks, across processes. The processes told of
 * themselves one after the other, and a timeout may still end a wait: it is what to
 * look at first, and no proof.
 */
export function findCircles(root: ProcessInfo): LockWait[][] {
  const waits = new Map(allOf(root).flatMap(waitsIn));
  const next = (at: string) => holderKey((waits.get(at) as LockWait).holder);
  const seen = new Set<string>();
  const circles: LockWait[][] = [];
  for (const start of waits.keys()) {
    const path: string[] = [];
    let at = start;
    for (; waits.has(at) && !seen.has(at); at = next(at)) {
      seen.add(at);
      path.push(at);
    }
    if (path.includes(at)) {
      circles.push(path.slice(path.indexOf(at)).map((key) => waits.get(key) as LockWait));
    }
  }
  return circles;
}

function waitsIn(process: ProcessInfo): [string, LockWait][] {
  const { pid, run, objects } = process;
  return (run?.fibers ?? []).flatMap((fiber): [string, LockWait][] => {
    const lock = ACQUIRE.exec(fiber.parkReason ?? "")?.[1];
    // In two arenas there may be two of that name.
    const [object, another] = objects.filter(({ name }) => name === lock);
    if (lock === undefined || object?.holder === undefined || another !== undefined) return [];
    return [[ownerKey(pid, fiber), { process, fiber, lock, holder: object.holder }]];
  });
}
