import { type AnyClass, addClass } from "./codec/classes.ts";
import { memberOf } from "./family.ts";
import type { Member } from "./shm/member.ts";
import type { SegmentAddress } from "./shm/segment.ts";

/** An object of an arena as data: what another process finds it by. */
export interface Handle {
  readonly arena: SegmentAddress;
  readonly cell: number;
}

export function handleOf({
  member,
  cell,
}: {
  readonly member: Member;
  readonly cell: number;
}): Handle {
  return { arena: member.address, cell };
}

/** What `open` makes of the cell that a handle names, in this process. */
export function openHandle<R>(handle: Handle, open: (member: Member, cell: number) => R): R {
  return open(memberOf(handle.arena), handle.cell);
}

/**
 * Makes objects of a class of fibril's go to other processes and arrive there as
 * the same: what `pack` gives is data, and handles in it. The other process loads
 * `module` when such an object arrives, which calls this there. To be called where
 * the class is.
 *
 * @param module `import.meta.url`.
 */
export function shareable<T extends object, D>(
  type: AnyClass & (abstract new (...args: never[]) => T),
  name: string,
  module: string,
  pack: (object: T) => D,
  unpack: (data: D) => T,
): void {
  addClass({ name: `fibril/process:${name}`, type, module, pack, unpack });
}

/**
 * An object of `type` without its constructor, whose base class `base` holds all that it has: for
 * objects that were made in another process.
 */
export function opened<T extends object, Parts extends unknown[]>(
  type: abstract new (...args: never[]) => T,
  base: abstract new (...parts: Parts) => object,
  ...parts: Parts
): T {
  return Reflect.construct(base, parts, type);
}
