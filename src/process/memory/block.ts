import { commonHome, isBrokered, memberOf } from "../family.ts";
import type { ArenaMemory } from "../shm/arena.ts";
import type { ViewType } from "../shm/atomics.ts";
import { CELL_BYTES, PLAIN } from "../shm/layout.ts";
import { Segment, type SegmentAddress, type SentAddress, START } from "../shm/segment.ts";

/** Memory of an object, the same in every process that has it. */
export interface Block {
  /** So many numbers from its beginning on. */
  view<V extends object>(type: ViewType<V>, length: number): V;
  /** What another process opens it by: to be called once for each that it is sent to. */
  send(): BlockAddress;
}

/** A block as data: cells of an arena, or a segment of its own. */
export type BlockAddress =
  | { readonly arena: SegmentAddress; readonly cell: number }
  | { readonly segment: SentAddress };

/**
 * Objects up to here lie in the arena, where a page and a descriptor for each would be a waste;
 * views of them may live longer than the object, so that their cells are never used again.
 */
const SMALL = 1024;

/** A new one of so many bytes, all of them zero. */
export function makeBlock(bytes: number): Block {
  if (bytes > SMALL && !isBrokered(commonHome())) return ofSegment(keep(Segment.create(bytes)));
  const cells = Math.max(1, Math.ceil(bytes / CELL_BYTES));
  const { arena } = commonHome(cells);
  return ofArena(arena.memory, arena.allocate(cells, PLAIN));
}

export function openBlock(address: BlockAddress): Block {
  if ("arena" in address) return ofArena(memberOf(address.arena).arena.memory, address.cell);
  const segment = segmentAt(address.segment);
  segment.arrived(address.segment.ticket);
  return ofSegment(segment);
}

/** The segments that this process has, by their ids: one for each, whoever asks. */
const segments: Map<string, WeakRef<Segment>> = new Map();
const forgotten: FinalizationRegistry<string> = new FinalizationRegistry((id) => {
  if (segments.get(id)?.deref() === undefined) segments.delete(id);
});

export function segmentAt(address: SegmentAddress): Segment {
  return segments.get(address.id)?.deref() ?? keep(Segment.attach(address));
}

export function keep(segment: Segment): Segment {
  const { id } = segment.address;
  segments.set(id, new WeakRef(segment));
  forgotten.register(segment, id);
  return segment;
}

function ofArena(memory: ArenaMemory, cell: number): Block {
  const { address } = memory;
  return {
    view: (type, length) => memory.view(type, cell * CELL_BYTES, length),
    send: () => ({ arena: address, cell }),
  };
}

function ofSegment(segment: Segment): Block {
  return {
    view: (type, length) => segment.view(type, START, length),
    send: () => ({ segment: segment.send() }),
  };
}
