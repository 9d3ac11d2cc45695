import type { RingFlowHandle } from "../ring/flow.ts";
import type { SegmentAddress } from "../shm/segment.ts";

/** How a worker finds its line in shared memory. */
export interface LineHandle {
  readonly arena: SegmentAddress;
  readonly orders: RingFlowHandle;
  readonly answers: RingFlowHandle;
  /** The cell of the word of claims. */
  readonly claims: number;
}
