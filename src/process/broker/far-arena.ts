import { Arena, type ArenaMemory } from "../shm/arena.ts";
import { type FarMemory, type FarStep, farView, type ViewType } from "../shm/atomics.ts";
import type { Lines } from "../shm/lines.ts";
import { Member } from "../shm/member.ts";
import type { SegmentAddress } from "../shm/segment.ts";
import type { BrokerAddress } from "./address.ts";
import { Asker } from "./asker.ts";
import { decodeNumber, encodeRequest } from "./requests.ts";

type Raw = number | bigint;

/** The arena that a broker in another process holds, and the way to be rung by it. */
export class FarArena implements ArenaMemory, FarMemory, Lines {
  readonly address: SegmentAddress;
  readonly #asker: Asker;
  #member: Member | undefined;

  /** The membership of this process in it. */
  static join(address: SegmentAddress, broker: BrokerAddress): Member {
    const arena: FarArena = new FarArena(address, new Asker(broker, () => arena.#member?.rung()));
    return Member.join(Arena.in(arena), (member) => {
      arena.#member = member;
      return arena;
    });
  }

  private constructor(address: SegmentAddress, asker: Asker) {
    this.address = address;
    this.#asker = asker;
  }

  view<V extends object>(type: ViewType<V>, offset: number): V {
    return farView(this, type, offset);
  }

  perform(type: string, step: FarStep, at: number, a: Raw = 0, b: Raw = 0): Raw {
    return decodeNumber(this.#asker.ask(encodeRequest({ step, type, at, a, b })));
  }

  readMany(type: string, at: number, a: number, b: number): number[] {
    const answer = this.#asker.ask(encodeRequest({ step: "many", type, at, a, b }));
    return answer.split(" ").map(Number);
  }

  ring(pid: number): boolean {
    return this.#asker.ask(encodeRequest({ step: "ring", type: "", at: pid, a: 0, b: 0 })) === "1";
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
}
