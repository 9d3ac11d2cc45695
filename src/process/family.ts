import { host } from "../internal/host.ts";
import { context } from "./context.ts";
import { Arena } from "./shm/arena.ts";
import { Member } from "./shm/member.ts";
import { Segment, type SegmentAddress } from "./shm/segment.ts";
import { SharedMemoryGone, SharedMemoryUnavailable } from "./shm/shared-memory-errors.ts";
import { isTried } from "./shm/system.ts";

/** Objects of 64 bytes in an arena: 1 MiB, which is taken when the first one is made. */
const CELLS = 16_384;

/** Which arenas this process shares with others. */
interface Family {
  /** Every one, by the id of its arena. */
  readonly members: Map<string, Member>;
  /** Those in which this process makes new objects, the newest first: the others are full. */
  readonly homes: Member[];
}

const FAMILY = Symbol.for("fibril/process/family/1");
const globals = globalThis as { [FAMILY]?: Family };

/** On the global object: two copies of fibril must not join an arena twice. */
function family(): Family {
  return (globals[FAMILY] ??= { members: new Map(), homes: [] });
}

/**
 * The membership in which this process makes new shared objects, with room for one
 * of `cells`. A child has its parent's; else an arena is made, and another one when
 * that is full.
 *
 * @throws SharedMemoryUnavailable where there is no shared memory, SharedMemoryFull where it is too little.
 */
export function home(cells = 1): Member {
  const { homes } = family();
  const roomy = homes.find(({ arena }) => arena.hasRoom(cells));
  if (roomy !== undefined) return roomy;
  const member = (homes.length === 0 ? inherited(cells) : undefined) ?? found(cells);
  homes.unshift(member);
  return member;
}

/** Where a child that is started now is to make its objects; undefined if none were made here. */
export function homeAddress(): SegmentAddress | undefined {
  const [newest] = family().homes;
  return newest?.address ?? context().info?.home;
}

/**
 * This process's membership in the arena at `address`: one for each, joined when it is first asked for.
 *
 * @throws SharedMemoryGone if the process that made the arena has ended.
 */
export function memberOf(address: SegmentAddress): Member {
  return family().members.get(address.id) ?? admit(Member.join(Arena.in(Segment.attach(address))));
}

/** Frees what a child of this process held, which has certainly ended. */
export function sweepAll(pid: number): void {
  for (const member of family().members.values()) member.sweep(pid);
}

function inherited(cells: number): Member | undefined {
  const address = context().info?.home;
  if (address === undefined) return undefined;
  try {
    const member = memberOf(address);
    return member.arena.hasRoom(cells) ? member : undefined;
  } catch (error) {
    if (error instanceof SharedMemoryGone) return undefined;
    throw error;
  }
}

function found(cells: number): Member {
  refuseUntried();
  return admit(Member.join(Arena.create(Math.max(CELLS, 2 * cells))));
}

function admit(member: Member): Member {
  family().members.set(member.address.id, member);
  return member;
}

/** `FIBRIL_SHM=0` does without shared memory, `=1` takes it also where nobody has tried it. */
function refuseUntried(): void {
  const wish = host.environment("FIBRIL_SHM");
  if (wish === "0") throw new SharedMemoryUnavailable("FIBRIL_SHM=0 forbids it");
  if (wish === "1" || isTried()) return;
  throw new SharedMemoryUnavailable(
    "it has not been tried on this system yet; FIBRIL_SHM=1 tries it",
  );
}
