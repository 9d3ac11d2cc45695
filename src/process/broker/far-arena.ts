import { fault } from "../fault.ts";
import { Arena, type ArenaMemory } from "../shm/arena.ts";
import { type FarMemory, type FarStep, farView, type ViewType } from "../shm/atomics.ts";
import type { Lines } from "../shm/lines.ts";
import { Member } from "../shm/member.ts";
import type { SegmentAddress } from "../shm/segment.ts";
import { SharedMemoryGone } from "../shm/shared-memory-errors.ts";
import type { BrokerAddress } from "./address.ts";
import { Asker, gone } from "./asker.ts";
import { FarKeeper } from "./far-keeper.ts";
import { decodeNumber, textOf, YES } from "./requests.ts";

type Raw = number | bigint;

/** The arena that a broker in another process holds, and the way to be rung by it. */
export class FarArena implements ArenaMemory, FarMemory, Lines {
  readonly address: SegmentAddress;
  readonly keeper: FarKeeper;
  readonly #asker: Asker;
  #member: Member | undefined;

  /** The membership of this process in it. */
  static join(address: SegmentAddress, broker: BrokerAddress): Member {
    const asker: Asker = new Asker(
      broker,
      () => arena.#rung(),
      () => arena.#member?.fail(gone()),
    );
    const arena = new FarArena(address, asker);
    fault?.("broker.joined");
    return Member.join(Arena.in(arena), (member) => {
      arena.#member = member;
      return arena;
    });
  }

  private constructor(address: SegmentAddress, asker: Asker) {
    this.address = address;
    this.keeper = new FarKeeper(asker);
    this.#asker = asker;
  }

  view<V extends object>(type: ViewType<V>, offset: number): V {
    return farView(this, type, offset);
  }

  perform(type: string, step: FarStep, at: number, a: Raw = 0, b: Raw = 0): Raw {
    return decodeNumber(textOf(this.#asker.ask({ step, type, at, a, b })));
  }

  readMany(type: string, at: number, a: number, b: number): number[] {
    const answer = textOf(this.#asker.ask({ step: "many", type, at, a, b }));
    return answer.split(" ").map(Number);
  }

  ring(pid: number): boolean {
    return textOf(this.#asker.ask({ step: "ring", at: pid })) === YES;
  }

  ringNext(at: number, by: number): boolean {
    return textOf(this.#asker.ask({ step: "ringNext", at, a: by })) === YES;
  }

  /** The connection says it. */
  greet(): void {}

  /** It closes by itself. */
  cut(): void {}

  hold(): void {
    this.#asker.hold();
  }

  letGo(): void {
    this.#asker.letGo();
  }

  close(): void {
    this.#asker.close();
  }

  #rung(): void {
    try {
      this.#member?.rung();
    } catch (error) {
      // Whoever waits is about to be told.
      if (!(error instanceof SharedMemoryGone)) throw error;
    }
  }
}
