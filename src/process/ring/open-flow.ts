import type { Keeper } from "../shm/keeper.ts";
import type { Member } from "../shm/member.ts";
import type { Flow, FlowHandle, FlowLimits } from "./flow.ts";
import { KeptFlow } from "./kept-flow.ts";
import { RingFlow } from "./ring-flow.ts";

/** A new flow where the objects of `member` are. @throws SharedMemoryUnavailable, SharedMemoryFull */
export function makeFlow(member: Member, limits: FlowLimits): Flow {
  const { keeper } = member.arena.memory;
  return keeper === undefined
    ? RingFlow.create(member, limits)
    : KeptFlow.create(member, keeper, limits);
}

/** One that was made in any process. @throws SharedMemoryGone */
export function openFlow(member: Member, handle: FlowHandle, limits: FlowLimits): Flow {
  if ("ring" in handle) return RingFlow.at(member, handle, limits);
  return KeptFlow.at(member, member.arena.memory.keeper as Keeper, handle, limits);
}
