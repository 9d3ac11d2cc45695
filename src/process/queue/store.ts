import type { Refuser } from "../../sync/queue-refusals.ts";
import { shutForPut } from "../../sync/queue-refusals.ts";
import { load, ModulesMissing } from "../codec/parcel.ts";
import { context } from "../context.ts";
import { commonHome, memberOf } from "../family.ts";
import type { QueueInfo } from "../inspect/info-types.ts";
import { arenaName, waitingIn } from "../inspect/waiting-in.ts";
import {
  BUSY,
  FLOW_CELLS,
  type Flow,
  type FlowHandle,
  type FlowLimits,
  NONE,
  UNLIMITED,
} from "../ring/flow.ts";
import { LATER } from "../ring/flow-op.ts";
import { makeFlow, openFlow } from "../ring/open-flow.ts";
import { WeakCache } from "../ring/weak-cache.ts";
import { atomics, isFar } from "../shm/atomics.ts";
import { CELL_WORDS, HALL_CELLS } from "../shm/layout.ts";
import type { Member } from "../shm/member.ts";
import type { SegmentAddress } from "../shm/segment.ts";
import { opened, readItem } from "./items.ts";
import { Tasks } from "./tasks.ts";

/** A queue as data. */
export interface QueueHandle {
  readonly arena: SegmentAddress;
  readonly flow: FlowHandle;
  readonly tasks: number;
  readonly maxsize: number;
}

/** Of the cell where those wait that want an item: whether it was shut down. */
const SHUT = 5;

/** The queues that this process has, by their rings. */
const known = new WeakCache<Store>();

/** The items of a queue between processes, as one process has it: see Flow. */
export class Store implements Refuser {
  readonly title = "queue";
  readonly maxsize: number;
  readonly flow: Flow;
  readonly tasks: Tasks;
  readonly #member: Member;
  readonly #shutAt: number;
  /** The modules of an item are on their way: until then it stays where it is. */
  #isLoading = false;

  /** @throws SharedMemoryUnavailable, SharedMemoryFull */
  static create(maxsize: number): Store {
    const member = commonHome(FLOW_CELLS + HALL_CELLS + 1);
    const flow = makeFlow(member, limitsOf(maxsize));
    const tasks = Tasks.create(flow);
    return known.get(flow.id, () => new Store(member, flow, tasks, maxsize));
  }

  /** @throws SharedMemoryGone */
  static open(handle: QueueHandle): Store {
    const member = memberOf(handle.arena);
    const flow = openFlow(member, handle.flow, limitsOf(handle.maxsize));
    return known.get(flow.id, () => {
      return new Store(member, flow, new Tasks(flow, handle.tasks), handle.maxsize);
    });
  }

  /** As its Refuser's, with the number by which reports tell queues apart. */
  get label(): string {
    return this.tasks.label;
  }

  private constructor(member: Member, flow: Flow, tasks: Tasks, maxsize: number) {
    this.#member = member;
    this.flow = flow;
    this.tasks = tasks;
    this.maxsize = maxsize;
    this.#shutAt = flow.items.cell * CELL_WORDS + SHUT;
    flow.isOver = () => this.isShut;
    flow.isVain = flow.isOver;
  }

  /** What to send to another process, for `open`. */
  send(): QueueHandle {
    const { flow, tasks, maxsize } = this;
    return { arena: this.#member.address, flow: flow.send(), tasks: tasks.cell, maxsize };
  }

  /** Puts an item in, or throws ShutDown. */
  put(parcel: Uint8Array, isInLine?: "in line"): true | typeof LATER | typeof BUSY {
    for (;;) {
      if (this.isShut) throw shutForPut(this);
      const put = this.flow.offer(parcel);
      if (put === BUSY && isInLine !== undefined && !this.flow.waitToPut()) continue;
      return put === false ? LATER : put;
    }
  }

  /** Takes an item out. It may be LATER although there is one: see `isLoading`. */
  get(isInLine?: "in line"): unknown | typeof LATER | typeof BUSY {
    for (;;) {
      const item = this.#take();
      if (item === BUSY && isInLine !== undefined && !this.flow.waitToGet()) continue;
      if (item === BUSY) return BUSY;
      if (item === NONE) return LATER;
      return opened(item);
    }
  }

  get isShut(): boolean {
    return atomics.load(this.#member.words, this.#shutAt) !== 0;
  }

  /** Whether nothing will be got any more. */
  get isOver(): boolean {
    return this.isShut && this.flow.isEmpty;
  }

  /** From now on nothing is put in. */
  shutDown(): void {
    atomics.store(this.#member.words, this.#shutAt, 1);
    this.flow.items.call();
    this.flow.space.call();
  }

  /** Throws away what is in it. */
  drain(): void {
    while (this.flow.take(drop) === undefined) this.tasks.finish();
  }

  /** An item, NONE, BUSY, or what is to be made one: see `readItem`. */
  #take(): unknown {
    if (this.#isLoading) return NONE;
    try {
      return this.flow.take(readItem);
    } catch (error) {
      if (!(error instanceof ModulesMissing)) throw error;
      this.#isLoading = true;
      void load(error.modules).then(() => {
        this.#isLoading = false;
        this.flow.items.call();
      });
      return NONE;
    }
  }
}

context().tellers.queues = () =>
  [...known.values()].filter(({ flow }) => !isFar(flow.member.words)).map(infoOf);

function infoOf({ label, flow, tasks, maxsize, isShut }: Store): QueueInfo {
  const { member } = flow;
  return {
    name: label,
    arena: arenaName(member),
    size: flow.count,
    maxsize,
    isShutdown: isShut,
    unfinished: tasks.unfinished,
    getting: waitingIn(member, flow.items.cell),
    putting: waitingIn(member, flow.space.cell),
    joining: waitingIn(member, tasks.cell),
  };
}

function drop(): undefined {
  return undefined;
}

function limitsOf(maxsize: number): FlowLimits {
  return maxsize > 0 ? { ...UNLIMITED, count: maxsize } : UNLIMITED;
}
