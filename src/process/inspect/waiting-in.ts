import { CELL_WORDS } from "../shm/layout.ts";
import type { Member } from "../shm/member.ts";
import { allRaised } from "../shm/wait-mask.ts";
import type { ProcessRef } from "./info-types.ts";

/** The processes whose bit of a cell is up: that wait for the object there, or have it open. */
export function waitingIn(member: Member, cell: number): ProcessRef[] {
  return allRaised(member.words, cell * CELL_WORDS).flatMap((slot) => refOf(member, slot) ?? []);
}

/** The process in a slot; undefined if there is none. */
export function refOf({ table }: Member, slot: number): ProcessRef | undefined {
  const pid = slot < 0 ? 0 : table.pidIn(slot);
  return pid === 0 ? undefined : { pid, name: table.nameIn(slot) };
}

/** How an arena is told from others in reports. */
export function arenaName({ address }: Member): string {
  return address.id.slice(0, NAME_LENGTH);
}

/** Of a random hexadecimal number: two of a program are hardly the same. */
const NAME_LENGTH = 8;
