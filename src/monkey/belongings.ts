import type { FiberCore } from "../fiber/core.ts";
import { passUnhandled } from "./unhandled.ts";

/** Who began something in the host: a Caller, mostly. */
export interface Starter {
  /** Whether it was the program's own code. */
  readonly isProgram: boolean;
  /** Whether it was the program's or a package's. */
  readonly isUser: boolean;
}

/** Something that a fiber has running in the host. */
export interface Belonging {
  /** Who began it: a kill ends what the program itself began. */
  readonly caller: Starter;
  /** An HTTP request or a command, which a package, too, makes for whoever waits. */
  readonly isRequest?: boolean | undefined;
  /** Its fiber is killed: it ends, and what it may still give is dropped. */
  abandon(reason: unknown): void;
}

/**
 * What a fiber has running: its AbortController, which a kill aborts, knows the
 * rest as well. To listen to the signal instead would cost a microsecond a call.
 */
class Belongings extends AbortController {
  readonly items: Set<Belonging> = new Set<Belonging>();
  readonly #fiber: FiberCore;

  constructor(fiber: FiberCore) {
    super();
    this.#fiber = fiber;
  }

  override abort(reason?: unknown): void {
    super.abort(reason);
    this.abandonAll(reason);
  }

  abandonAll(reason: unknown): void {
    const items = [...this.items];
    this.items.clear();
    if (items.length === 0) return;
    passUnhandled(reason);
    const waits = waitsForPromise(this.#fiber);
    for (const item of items) {
      if (item.caller.isProgram) item.abandon(reason);
      else if (waits && item.isRequest === true && item.caller.isUser) {
        item.abandon(abortOf(reason));
      }
    }
  }
}

/** What the park of a fiber says that waits for a promise which is no call of ours: `await got(url)`. */
const PROMISES: readonly string[] = ["until(promise)", "async body"];

/** Or is about to go on: what it does next may be to wait for one. */
function waitsForPromise({ park }: FiberCore): boolean {
  return park === undefined || PROMISES.includes(park.describe());
}

/** Others may wait for the same promise of the package: it is not they who are killed. */
function abortOf(reason: unknown): DOMException {
  const abort = new DOMException("The fiber that it was made for was killed", "AbortError");
  Object.defineProperty(abort, "cause", { value: reason, configurable: true, writable: true });
  return abort;
}

/** For fibers whose signal was asked for before: that stays what it is. */
const beside = new WeakMap<AbortController, Belongings>();

/**
 * Ties `belonging` to the life of `fiber` and gives the way to untie it. What is
 * begun inside `uninterruptible` is not for a kill to end.
 */
export function keep(fiber: FiberCore, belonging: Belonging): () => void {
  if (fiber.more.mask > 0) return () => {};
  const { items } = belongingsOf(fiber);
  items.add(belonging);
  return () => items.delete(belonging);
}

/** How much of a fiber's is running in the host: for dumps and leak checks. */
export function countBelongings(fiber: FiberCore): number {
  const controller = fiber.extra?.controller;
  if (controller === undefined) return 0;
  const own = controller instanceof Belongings ? controller : beside.get(controller);
  return own?.items.size ?? 0;
}

function belongingsOf(fiber: FiberCore): Belongings {
  const { more } = fiber;
  const { controller } = more;
  if (controller instanceof Belongings) return controller;
  if (controller === undefined) {
    const made = new Belongings(fiber);
    // A cleanup may begin something of its own, which only its own kill would end.
    if (more.killing !== undefined) made.abort(more.killing.strike.error);
    more.controller = made;
    return made;
  }
  let known = beside.get(controller);
  if (known === undefined) {
    const made = new Belongings(fiber);
    known = made;
    beside.set(controller, made);
    const { signal } = controller;
    signal.addEventListener("abort", () => made.abandonAll(signal.reason), { once: true });
  }
  return known;
}
