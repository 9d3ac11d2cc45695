import type { FiberCore } from "../fiber/core.ts";
import { host } from "../internal/host.ts";
import { type Belonging, keep, type Starter } from "./belongings.ts";

/**
 * The hand that a fiber has on the body of a response, as long as somebody may read
 * that: a kill ends it. Nothing tells that a stream was read to its end, and a fiber
 * that makes a million requests must not hold them all: so the hand becomes a weak
 * one, unless the body is read at once, as most are. A weak one from the start would
 * cost half of what a fetch in a fiber does, most of it in the collector.
 */
export class BodyHold implements Belonging {
  readonly caller: Starter;
  readonly isRequest: boolean = true;
  readonly #release: () => void;
  #controller: Pick<WeakRef<AbortController>, "deref">;
  /** For as long as it may be read at once. */
  #fresh: { readonly controller: AbortController; readonly body: object } | undefined;

  constructor(fiber: FiberCore, caller: Starter, controller: AbortController, body: object) {
    this.caller = caller;
    this.#controller = { deref: () => controller };
    this.#fresh = { controller, body };
    this.#release = keep(fiber, this);
    loosenLater(this);
  }

  abandon(reason: unknown): void {
    this.#controller.deref()?.abort(reason);
  }

  /** A method of the response reads it, which ends. */
  read(): void {
    this.#fresh = undefined;
  }

  release(): void {
    this.#fresh = undefined;
    this.#release();
  }

  loosen(): void {
    if (this.#fresh === undefined) return;
    const { controller, body } = this.#fresh;
    this.#fresh = undefined;
    this.#controller = new WeakRef(controller);
    collected.register(body, this);
  }
}

const collected = new FinalizationRegistry<BodyHold>((hold) => hold.release());

/** Those that came since the event loop's last turn. */
let newcomers: BodyHold[] = [];

function loosenLater(hold: BodyHold): void {
  if (newcomers.push(hold) === 1) host.setImmediate(loosenAll);
}

/** By now whoever waited for a response has run, and reads its body if it does so at once. */
function loosenAll(): void {
  const holds = newcomers;
  newcomers = [];
  for (const hold of holds) hold.loosen();
}
