import * as Exit from "effect/Exit";
import { hub } from "../scheduler/hub.ts";
import { FiberCore } from "./core.ts";
import { drive } from "./drive.ts";
import type { FiberState, Observer } from "./fiber-state.ts";
import { watchUnobserved } from "./unobserved.ts";

/** A callback that is given the ended fiber; any kind of body. */
export type Link<F> = (fiber: F) => unknown;

/** Which ends a link is for, and how it is called. */
export type LinkKind = "any" | "value" | "exception" | "raw";

/** A callback among a fiber's observers. */
class LinkObserver implements Observer {
  readonly #kind: LinkKind;
  readonly callback: Link<never>;
  readonly observes: boolean;
  readonly prompt = false;

  constructor(kind: LinkKind, callback: Link<never>) {
    this.#kind = kind;
    this.callback = callback;
    // A link for values has not seen a failure; a raw one is how `wait` is told of the end.
    this.observes = kind === "any" || kind === "exception";
  }

  settled(fiber: FiberState): void {
    if (this.#kind === "raw") return void this.callback(fiber as never);
    const exit = fiber.settledExit;
    const succeeded = exit !== undefined && Exit.isSuccess(exit);
    if (this.#kind === "value" && !succeeded) return;
    if (this.#kind === "exception" && succeeded) return;
    new LinkFiber(this.callback, fiber).start();
  }
}

/** The fiber in which a link's callback runs: nobody joins it, its failure is reported. */
class LinkFiber extends FiberCore {
  readonly #of: FiberState;

  constructor(callback: Link<never>, of: FiberState) {
    super(++hub.ids, callback, [of], of.origin);
    this.#of = of;
  }

  get name(): string {
    return `link of ${this.#of.name}`;
  }

  /** At once: the next link is called after its first step, and may be taken back by it. */
  start(): void {
    hub.roster.add(this);
    drive(this);
  }

  runStep(): void {
    drive(this);
  }

  protected unobserved(): void {
    watchUnobserved(this);
  }
}

export function addLink(fiber: FiberCore, kind: LinkKind, callback: unknown): void {
  if (typeof callback !== "function") {
    throw new TypeError(
      `Cannot link ${String(callback)} to "${fiber.name}": pass a function of the ended fiber`,
    );
  }
  fiber.observe(new LinkObserver(kind, callback as Link<never>));
}

/** Takes every link of `callback` off. */
export function removeLink(fiber: FiberCore, callback: unknown): void {
  const { observers } = fiber;
  const all = Array.isArray(observers) ? [...observers] : [observers];
  for (const each of all) {
    if (each instanceof LinkObserver && each.callback === callback) fiber.unobserve(each);
  }
}
