import { type FiberState, OBSERVED } from "../fiber/fiber-state.ts";
import { isInterrupt, type Thrown } from "../fiber/outcome.ts";
import { watchUnobserved } from "../fiber/unobserved.ts";

/** A server's pool that nobody joins must not keep every handler that ever failed. */
const MOST_KEPT = 100;

/**
 * The failures of a group's members since its last join. As long as somebody is
 * sure to throw them they count as observed; if that comes to nothing they don't.
 */
export class Failures {
  #kept: FiberState[] = [];
  /** Those that are observed only because of `expect`. */
  #hidden: FiberState[] = [];
  #expecting = 0;
  /** Told of each failure as it happens. */
  onFailure: ((thrown: Thrown) => void) | undefined = undefined;

  /** Takes note of a dead fiber; one that was killed has not failed. */
  record(fiber: FiberState): void {
    const { failure } = fiber;
    if (failure === undefined || isInterrupt(failure.cause)) return;
    if (this.#kept.length < MOST_KEPT) this.#kept.push(fiber);
    if (this.#expecting > 0) this.#hide(fiber);
    this.onFailure?.(failure);
  }

  /** Somebody will throw them: they need not be reported, until `unexpect`. */
  expect(): void {
    this.#expecting++;
    for (const fiber of this.#kept) this.#hide(fiber);
  }

  unexpect(): void {
    if (--this.#expecting > 0) return;
    for (const fiber of this.#hidden.splice(0)) {
      fiber.flags &= ~OBSERVED;
      watchUnobserved(fiber);
    }
  }

  /** The first, for a join that throws it; the others are as good as thrown. */
  take(): Thrown | undefined {
    for (const fiber of this.#kept) fiber.flags |= OBSERVED;
    const [first] = this.#kept;
    this.#kept = [];
    this.#hidden = [];
    return first?.failure;
  }

  /** `error` has reached somebody in another way. */
  forget(error: unknown): void {
    const isOther = (fiber: FiberState) => fiber.failure?.error !== error;
    this.#kept = this.#kept.filter(isOther);
    this.#hidden = this.#hidden.filter(isOther);
  }

  #hide(fiber: FiberState): void {
    if ((fiber.flags & OBSERVED) !== 0) return;
    fiber.flags |= OBSERVED;
    // Of more than that nobody would read the reports.
    if (this.#hidden.length < MOST_KEPT) this.#hidden.push(fiber);
  }
}
