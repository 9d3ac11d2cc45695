import { Buffer } from "node:buffer";
import { fault } from "../fault.ts";
import { ifLost } from "../in-flight.ts";
import type { Keeper, Kept } from "../shm/keeper.ts";
import { countIn, WAITED, WAITED_FOR } from "../shm/layout.ts";
import type { Member } from "../shm/member.ts";
import { SharedMemoryGone } from "../shm/shared-memory-errors.ts";
import { Flow, type FlowLimits, type KeptCells, type KeptFlowHandle, NONE } from "./flow.ts";
import { type Found, refuseLong } from "./ring.ts";
import { WeakCache } from "./weak-cache.ts";

/** The flows that this process has, by their ids. */
const known = new WeakCache<KeptFlow>();

const forgotten = new FinalizationRegistry<{
  readonly keeper: Keeper;
  readonly flow: number;
}>(({ keeper, flow }) => {
  try {
    keeper.close(flow);
  } catch {
    // It has ended, and all that it kept.
  }
});

/** A flow whose messages one process keeps for all, where they share no memory. It is never busy. */
export class KeptFlow extends Flow {
  readonly id: string;
  readonly #keeper: Keeper;
  readonly #flow: number;
  readonly #limits: FlowLimits;

  static create(member: Member, keeper: Keeper, limits: FlowLimits): KeptFlow {
    const [items, space] = [member.arena.allocate(1, WAITED), member.arena.allocate(1, WAITED)];
    keeper.make(items, space);
    return KeptFlow.#known(member, keeper, [items, space], limits);
  }

  /** @throws SharedMemoryGone */
  static at(member: Member, keeper: Keeper, handle: KeptFlowHandle, limits: FlowLimits): KeptFlow {
    const flow = KeptFlow.#known(member, keeper, handle.kept, limits);
    keeper.arrive(flow.#flow, handle.ticket);
    return flow;
  }

  static #known(
    member: Member,
    keeper: Keeper,
    [items, space]: KeptCells,
    limits: FlowLimits,
  ): KeptFlow {
    const id = `${member.address.id}:${items}`;
    return known.get(id, () => new KeptFlow(id, member, keeper, [items, space], limits));
  }

  private constructor(
    id: string,
    member: Member,
    keeper: Keeper,
    [items, space]: KeptCells,
    limits: FlowLimits,
  ) {
    super(member, items, space);
    this.id = id;
    this.#keeper = keeper;
    this.#flow = items;
    this.#limits = limits;
    if (!keeper.open(items)) {
      throw new SharedMemoryGone("Cannot open what is shared here: nobody has it any more");
    }
    forgotten.register(this, { keeper, flow: items });
  }

  send(): KeptFlowHandle {
    const [keeper, flow] = [this.#keeper, this.#flow];
    const ticket = keeper.send(flow);
    ifLost(() => keeper.arrive(flow, ticket));
    return { kept: [flow, this.space.cell], ticket };
  }

  get count(): number {
    return this.#kept.count;
  }

  get putCount(): number {
    return countIn(this.member.words, this.items.cell);
  }

  get isFull(): boolean {
    const { count, bytes } = this.#kept;
    return count >= this.#limits.count || bytes >= this.#limits.bytes;
  }

  offer(message: Uint8Array): boolean {
    refuseLong(message.length);
    fault?.("flow.written");
    const state = this.#keeper.put(this.#flow, message, this.#limits);
    if (state === undefined) return false;
    fault?.("flow.put");
    this.items.came(state);
    return true;
  }

  take<A>(read: (found: Found) => A): A | typeof NONE {
    fault?.("flow.read");
    const desk = this.tally?.desk ?? 0;
    const taken = this.#keeper.take(this.#flow, desk);
    if (taken === undefined) return NONE;
    fault?.("flow.got");
    const { state, message } = taken;
    const value = this.#read(message, read, desk);
    fault?.("flow.taken");
    const isAwaited = (state & WAITED_FOR) !== 0 || this.space.waiting > 0;
    if (isAwaited && this.isCalm) this.space.came(state);
    return value;
  }

  waitToGet(): boolean {
    return false;
  }

  waitToPut(): boolean {
    return false;
  }

  protected get isCalm(): boolean {
    const { count, bytes } = this.#kept;
    return count < this.#limits.count && bytes <= this.#limits.calm;
  }

  get #kept(): Kept {
    return this.#keeper.measure(this.#flow);
  }

  /** What is not read stays, and others may have looked for it meanwhile. */
  #read<A>(message: Uint8Array, read: (found: Found) => A, desk: number): A {
    const bytes = Buffer.from(message.buffer, message.byteOffset, message.length);
    try {
      return read({ bytes, start: 0, end: bytes.length });
    } catch (error) {
      this.items.came(this.#keeper.giveBack(this.#flow, message, desk));
      throw error;
    }
  }
}
