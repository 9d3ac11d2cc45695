/**
 * What a turn may take before the host gets its own: larger, and sockets wait
 * (at 10 ms a busy loop answers an echo after 25); smaller, and the way through
 * the host (1 us) begins to show.
 */
export const TURN_BUDGET_MS = 2;

/**
 * Between two looks at the clock while steps are short: a look costs 40 ns. A prime: where
 * a daemon's steps alternate with those of an Effect's tasks, which tell not whose they are, a
 * turn that always ended at the same one of them would keep the finished program alive.
 */
const MOST_STEPS_BETWEEN_LOOKS = 61;

/** The time that a turn has left, read seldom enough to cost nothing. */
export class Budget {
  #deadline = 0;
  #lastLook = 0;
  #interval = MOST_STEPS_BETWEEN_LOOKS;
  /** Steps to the next look. */
  left: number = MOST_STEPS_BETWEEN_LOOKS;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A turn begins. */
  refill(): void {
    const now = this.#now();
    this.#deadline = now + TURN_BUDGET_MS;
    this.#lastLook = now;
    this.left = this.#interval;
  }

  /** Counts a step; true when the turn must end. */
  spent(): boolean {
    return --this.left <= 0 && this.look();
  }

  /** Steps that take long are counted in smaller groups, so that many of them can't pile up. */
  look(): boolean {
    const now = this.#now();
    const slow = now - this.#lastLook > TURN_BUDGET_MS / 4;
    this.#interval = slow
      ? Math.max(1, this.#interval >> 2)
      : Math.min(MOST_STEPS_BETWEEN_LOOKS, this.#interval << 1);
    this.#lastLook = now;
    const spent = now >= this.#deadline;
    // Once spent it stays so, for every loop that asks.
    this.left = spent ? 0 : this.#interval;
    return spent;
  }
}
