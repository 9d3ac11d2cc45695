import { CELL_WORDS, LATCHED, STATE, WAITED_FOR } from "../shm/layout.ts";
import { FREE, HOLDER } from "../shm/lock-state.ts";
import type { Member } from "../shm/member.ts";

/** Some 40 us: longer than anybody needs who runs, and shorter than a turn of one who does not. */
const LOOKS = 2000;

/**
 * Keeps all but one process out for the microseconds of a step that never parks. It
 * has the state of a lock, so that it is freed when the process that has it ends; what
 * it guards is changed by one store at the end of each step, and never half done.
 */
export class Latch {
  readonly cell: number;
  readonly #member: Member;
  readonly #words: Int32Array;
  readonly #at: number;
  readonly #mine: number;

  static create(member: Member): Latch {
    return new Latch(member, member.arena.allocate(1, LATCHED));
  }

  constructor(member: Member, cell: number) {
    this.cell = cell;
    this.#member = member;
    this.#words = member.words;
    this.#at = cell * CELL_WORDS + STATE;
    this.#mine = member.slot + 1;
  }

  /** False if another process has it, and has not let go of it for a while; or this one, further up the stack. */
  take(): boolean {
    if (Atomics.compareExchange(this.#words, this.#at, FREE, this.#mine) === FREE) return true;
    for (let looks = 0; looks < LOOKS; looks++) {
      const state = Atomics.load(this.#words, this.#at);
      if ((state & HOLDER) === this.#mine) return false;
      if ((state & HOLDER) !== 0) continue;
      // Whoever was turned away by one who has died was rung since: see Member.sweep.
      if (Atomics.compareExchange(this.#words, this.#at, state, this.#mine) === state) return true;
    }
    return this.#isLeftBehind() && this.take();
  }

  /** Asks whoever has it to tell `release` so; false if nobody has it. */
  mark(): boolean {
    for (;;) {
      const state = Atomics.load(this.#words, this.#at);
      if ((state & HOLDER) === 0) return false;
      const marked = state | WAITED_FOR;
      if (Atomics.compareExchange(this.#words, this.#at, state, marked) === state) return true;
    }
  }

  /** Gives whether somebody was turned away meanwhile, and waits to be rung. */
  release(): boolean {
    return (Atomics.exchange(this.#words, this.#at, FREE) & WAITED_FOR) !== 0;
  }

  /** Whether it was of a process that has ended, and is free by now. */
  #isLeftBehind(): boolean {
    const { table } = this.#member;
    const slot = (Atomics.load(this.#words, this.#at) & HOLDER) - 1;
    if (slot < 0) return true;
    const pid = table.pidIn(slot);
    return pid !== 0 && !table.isAlive(slot) && this.#member.sweep(pid);
  }
}
