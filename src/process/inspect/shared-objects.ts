import { atomics } from "../shm/atomics.ts";
import { arrivedIn, isActing, isBroken } from "../shm/barrier-state.ts";
import { IS_SET } from "../shm/event-word.ts";
import { labelOf } from "../shm/label.ts";
import {
  BOUND,
  CALLED,
  CELL_WORDS,
  FLAGGED,
  isOwned,
  type Kind,
  LATCHED,
  MET,
  OWNED,
  PARTIES,
  PERMITTED,
  REOWNED,
  STATE,
} from "../shm/layout.ts";
import { ABANDONED, fiberIn, HOLDER } from "../shm/lock-state.ts";
import type { Member } from "../shm/member.ts";
import { MOST_PERMITS, showPermits } from "../shm/semaphore-word.ts";
import { isRaised } from "../shm/wait-mask.ts";
import type { HolderInfo, SharedObjectInfo, SharedObjectType } from "./info-types.ts";
import { arenaName, refOf, waitingIn } from "./waiting-in.ts";

const types: Partial<Record<Kind, SharedObjectType>> = {
  [OWNED]: "lock",
  [REOWNED]: "rlock",
  [LATCHED]: "latch",
  [PERMITTED]: "semaphore",
  [FLAGGED]: "event",
  [CALLED]: "condition",
  [MET]: "barrier",
};

/** What the process `pid` holds and waits for in an arena, whether it answers or not. */
export function objectsOf(member: Member, pid: number): SharedObjectInfo[] {
  const slot = member.table.slotOf(pid);
  if (slot === undefined) return [];
  const found: SharedObjectInfo[] = [];
  for (const [cell, kind] of member.arena.shared()) {
    const type = types[kind];
    if (type === undefined || !concerns(member, cell, kind, slot)) continue;
    found.push(describe(member, cell, kind, type));
  }
  return found;
}

function concerns({ words }: Member, cell: number, kind: Kind, slot: number): boolean {
  const at = cell * CELL_WORDS;
  if (isRaised(words, at, slot)) return true;
  return isOwned(kind) && (atomics.load(words, at + STATE) & HOLDER) === slot + 1;
}

function describe(
  member: Member,
  cell: number,
  kind: Kind,
  type: SharedObjectType,
): SharedObjectInfo {
  const state = atomics.load(member.words, cell * CELL_WORDS + STATE);
  return {
    name: labelOf(kind, cell),
    type,
    arena: arenaName(member),
    ...(isOwned(kind) ? ownership(member, state) : { state: inWords(member, cell, kind, state) }),
    waiting: waitingIn(member, cell),
  };
}

function ownership(
  member: Member,
  state: number,
): Pick<SharedObjectInfo, "holder" | "abandoned" | "state"> {
  const process = refOf(member, (state & HOLDER) - 1);
  if (process === undefined) return { state: "free" };
  const fiber = fiberIn(state);
  const holder: HolderInfo = fiber === 0 ? process : { ...process, fiber };
  return (state & ABANDONED) === 0 ? { holder } : { holder, abandoned: true };
}

function inWords({ words }: Member, cell: number, kind: Kind, state: number): string {
  const at = cell * CELL_WORDS;
  if (kind === PERMITTED) return showPermits(state & MOST_PERMITS, atomics.load(words, at + BOUND));
  if (kind === FLAGGED) return (state & IS_SET) === 0 ? "not set" : "set";
  if (kind !== MET) return "to be notified";
  if (isBroken(state)) return "broken";
  if (isActing(state)) return "runs its action";
  return `${arrivedIn(state)} of ${atomics.load(words, at + PARTIES)} are there`;
}
