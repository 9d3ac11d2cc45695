import { host } from "../internal/host.ts";
import { brokerIn } from "./broker/address.ts";
import { Broker } from "./broker/broker.ts";
import { FarArena } from "./broker/far-arena.ts";
import { context } from "./context.ts";
import type { SharedObjectInfo } from "./inspect/info-types.ts";
import { Arena } from "./shm/arena.ts";
import { isFar } from "./shm/atomics.ts";
import { mayHaveForeign } from "./shm/load-foreign.ts";
import { Member } from "./shm/member.ts";
import { Segment, type SegmentAddress, sharedMemoryRefusal } from "./shm/segment.ts";
import {
  SharedMemoryFull,
  SharedMemoryGone,
  SharedMemoryUnavailable,
} from "./shm/shared-memory-errors.ts";
import { isTried } from "./shm/system.ts";

/** Objects of 64 bytes in an arena: 1 MiB, which is taken when the first one is made. */
const CELLS = 16_384;

/** Which arenas this process shares with others. */
interface Family {
  /** Every one, by the id of its arena. */
  readonly members: Map<string, Member>;
  /** Those in which this process makes new objects, the newest first: the others are full. */
  readonly homes: Member[];
  /** The children that have been given something to do, by process id: they may still join. */
  readonly guests: Set<number>;
}

const FAMILY = Symbol.for("fibril/process/family/1");
const globals = globalThis as { [FAMILY]?: Family };

const { tellers } = context();
tellers.objects = (pid) => tellOf(pid, (member) => !isBrokered(member));
tellers.brokered = (pid) => tellOf(pid, isBrokered);

/** On the global object: two copies of fibril must not join an arena twice. */
function family(): Family {
  return (globals[FAMILY] ??= { members: new Map(), homes: [], guests: new Set() });
}

/**
 * The membership in which this process makes new shared objects, with room for one
 * of `cells`. A child has its parent's; else an arena is made, and another one when
 * that is full.
 *
 * @throws SharedMemoryUnavailable where there is no shared memory, SharedMemoryFull where it is too little.
 */
export function home(cells = 1): Member {
  const own = family().homes.filter((member) => !isBrokered(member));
  return roomy(own, cells) ?? settle(inherited(cells, "shared") ?? found(cells));
}

/**
 * As `home`, for objects that are not only in shared memory: where there is none the
 * main process holds them, and the others ask it for each step.
 */
export function commonHome(cells = 1): Member {
  const { homes } = family();
  const member = roomy(homes, cells) ?? settle(inherited(cells, "any") ?? foundSomehow(cells));
  if (isBrokered(member)) sayOnce();
  return member;
}

/** Whether a member's arena is held by one process, which the others ask. */
export function isBrokered(member: Member): boolean {
  return brokerIn(member.address) !== undefined;
}

/** Where a child that is started now is to make its objects; undefined if none were made here. */
export function homeAddress(): SegmentAddress | undefined {
  const { info } = context();
  const known = family().homes[0]?.address ?? info?.home;
  if (known !== undefined || info !== undefined || !isPlainlyRefused()) return known;
  // Its children could not find one that it makes later.
  return settle(broker(1)).address;
}

/**
 * This process's membership in the arena at `address`: one for each, joined when it is first asked for.
 *
 * @throws SharedMemoryGone if the process that made the arena has ended.
 */
export function memberOf(address: SegmentAddress): Member {
  return family().members.get(address.id) ?? admit(join(address));
}

function join(address: SegmentAddress): Member {
  const broker = brokerIn(address);
  if (broker !== undefined) return FarArena.join(address, broker);
  return Member.join(Arena.in(Segment.attach(address)));
}

/** Others know this process by another name from now on. */
export function renameHere(name: string): void {
  context().name = name;
  for (const { table, slot } of family().members.values()) table.rename(slot, name);
}

/** A child is told what to do: whoever waits here for other processes may have to wait for that one. */
export function expectGuest(pid: number): void {
  const { guests, members } = family();
  if (guests.has(pid)) return;
  guests.add(pid);
  for (const member of members.values()) member.review();
}

/** Frees what a child of this process held, which has certainly ended. */
export function sweepAll(pid: number): void {
  const { guests, members } = family();
  guests.delete(pid);
  for (const member of members.values()) {
    // The one who holds far memory does so itself, in a thousandth of the time.
    if (!isFar(member.words)) member.sweep(pid);
    member.review();
  }
}

/** In far memory each look would be a question, which nobody may answer. */
async function tellOf(
  pid: number,
  isWanted: (member: Member) => boolean,
): Promise<readonly SharedObjectInfo[]> {
  const members = [...family().members.values()].filter(
    (member) => !isFar(member.words) && isWanted(member),
  );
  if (members.length === 0) return [];
  const { objectsOf } = await import("./inspect/shared-objects.ts");
  return members.flatMap((member) => objectsOf(member, pid));
}

function roomy(members: readonly Member[], cells: number): Member | undefined {
  return members.find(({ arena }) => arena.hasRoom(cells));
}

function settle(member: Member): Member {
  const { homes } = family();
  if (!homes.includes(member)) homes.unshift(member);
  return member;
}

function inherited(cells: number, kind: "shared" | "any"): Member | undefined {
  const address = context().info?.home;
  if (address === undefined || (kind === "shared" && brokerIn(address) !== undefined))
    return undefined;
  try {
    return roomy([memberOf(address)], cells);
  } catch (error) {
    // It has ended, or no more processes have room there: then this one has its own.
    if (error instanceof SharedMemoryGone || error instanceof SharedMemoryUnavailable)
      return undefined;
    throw error;
  }
}

function found(cells: number): Member {
  refuseUntried();
  return admit(Member.join(Arena.create(CELLS + cells)));
}

function foundSomehow(cells: number): Member {
  try {
    return found(cells);
  } catch (error) {
    const isExpected =
      error instanceof SharedMemoryUnavailable || error instanceof SharedMemoryFull;
    // It would have to be asked by its parent, and both might ask each other.
    if (!isExpected || context().info !== undefined) throw error;
    return broker(cells);
  }
}

function broker(cells: number): Member {
  return admit(Broker.found(CELLS + cells));
}

function admit(member: Member): Member {
  const { members, guests } = family();
  members.set(member.address.id, member);
  member.isJoinable = () => guests.size > 0;
  return member;
}

/**
 * `FIBRIL_SHM=0` does without shared memory, `=1` takes it also where nobody has tried it.
 *
 * @throws SharedMemoryUnavailable where it is not wanted.
 */
export function refuseUntried(): void {
  const wish = host.environment("FIBRIL_SHM");
  if (wish === "0") throw new SharedMemoryUnavailable("FIBRIL_SHM=0 forbids it");
  if (wish === "1" || isTried()) return;
  throw new SharedMemoryUnavailable(
    "it has not been tried on this system yet; FIBRIL_SHM=1 tries it",
  );
}

let isSaid = false;

/** It works, but every step takes a thousand times as long: the main process says so, unless that was asked for. */
function sayOnce(): void {
  if (isSaid || context().info !== undefined || host.environment("FIBRIL_SHM") === "0") return;
  isSaid = true;
  const why = refusalOfUntried() ?? sharedMemoryRefusal()?.reason ?? "there is too little";
  console.error(
    `fibril: no memory is shared between processes (${why}): the main process holds their locks, values and queues, and is asked for each step`,
  );
}

function refusalOfUntried(): string | undefined {
  try {
    refuseUntried();
    return undefined;
  } catch (error) {
    return (error as SharedMemoryUnavailable).reason;
  }
}

/** Whether there is no shared memory, as far as can be seen without trying. */
function isPlainlyRefused(): boolean {
  return refusalOfUntried() !== undefined || !mayHaveForeign();
}
