import type { FiberCore } from "../fiber/core.ts";
import type { Step } from "../fiber/fiber-state.ts";
import type { Thrown } from "../fiber/outcome.ts";
import { SelectableOp, type Waiter } from "../fiber/selectable.ts";
import { Audience } from "./audience.ts";
import { WaitingPlace } from "./place.ts";

/** What an AsyncResult has, and who waits for it. */
export class Outcome<A> {
  settled = false;
  value: A | undefined = undefined;
  thrown: Thrown | undefined = undefined;
  readonly audience: Audience = new Audience();

  settle(): void {
    this.settled = true;
    this.audience.tell();
  }

  /** Who waits for it, in reports. */
  describe(method: "get" | "wait"): string {
    return `result.${method}`;
  }
}

/** `yield* result.get()` */
export class ResultGet<A, E> extends SelectableOp<A, E> {
  readonly #outcome: Outcome<A>;

  constructor(outcome: Outcome<A>) {
    super();
    this.#outcome = outcome;
  }

  poll(fiber: FiberCore): Step | undefined {
    const { settled, thrown, value, audience } = this.#outcome;
    if (!settled) return undefined;
    if (thrown !== undefined) throw fiber.failing(thrown);
    return audience.answer(fiber, value);
  }

  enlist(waiter: Waiter): GetPlace<A> {
    const place = new GetPlace(waiter, this.#outcome);
    this.#outcome.audience.join(place);
    return place;
  }
}

/** `yield* result.wait()` */
export class ResultWait<A> extends SelectableOp<A | undefined> {
  readonly #outcome: Outcome<A>;

  constructor(outcome: Outcome<A>) {
    super();
    this.#outcome = outcome;
  }

  poll(fiber: FiberCore): Step | undefined {
    const { settled, value, audience } = this.#outcome;
    return settled ? audience.answer(fiber, value) : undefined;
  }

  enlist(waiter: Waiter): WaitPlace<A> {
    const place = new WaitPlace(waiter, this.#outcome);
    this.#outcome.audience.join(place);
    return place;
  }
}

class WaitPlace<A> extends WaitingPlace {
  protected readonly outcome: Outcome<A>;

  constructor(waiter: Waiter, outcome: Outcome<A>) {
    super(waiter);
    this.outcome = outcome;
  }

  serve(): void {
    this.waiter.wake(this.outcome.value);
  }

  describe(): string {
    return this.outcome.describe("wait");
  }
}

class GetPlace<A> extends WaitPlace<A> {
  override serve(): void {
    const { thrown, value } = this.outcome;
    if (thrown === undefined) this.waiter.wake(value);
    else this.waiter.wakeFailed(thrown);
  }

  override describe(): string {
    return this.outcome.describe("get");
  }
}
