import type * as Effect from "effect/Effect";
import type { Parked } from "../scheduler/park.ts";
import type { Companion } from "./companion.ts";
import type { Killing } from "./killing.ts";
import type { Thrown } from "./outcome.ts";
import type { Strike } from "./strike.ts";

/** Whatever a strike can be passed on to. */
export interface Struck extends Parked {
  strike(strike: Strike): void;
}

/** A generator as the driver sees it. */
export type Frame = Generator<unknown, unknown, unknown>;

/** A fiber's greenlets, as the driver sees them: stacks that take the place of its body in turn. */
export interface Coroutine {
  /** Makes the switch that the running step asked for. */
  enter(): void;
  /** The stack that ran has ended: goes on in its parent; false if it was the fiber's own. */
  ended(state: number, outcome: unknown): boolean;
  /** The frames that an error of the running stack would still come to, outermost first. */
  outerFrames(): Frame[];
}

/** What few fibers need, made on first use: it keeps a fiber at about 270 bytes. */
export class Extra {
  name: string | undefined = undefined;
  /** Strikes that wait for the fiber's next park. */
  strikes: Strike[] = [];
  /** The strike that an Effect's finalizers still hold up. */
  inFlight: Strike | undefined = undefined;
  /** Depth of `uninterruptible` regions. */
  mask = 0;
  /** Timeouts and signals that may strike it: with one, it is in no deadlock yet. */
  deadlines = 0;
  /** The last turn that ended within a step of it. */
  cutTurn = -1;
  /** How often it was told that nothing can wake it. */
  loopExits = 0;
  killing: Killing | undefined = undefined;
  /** The callers of `call`, outermost first. */
  callers: Frame[] = [];
  coroutine: Coroutine | undefined = undefined;
  companion: Companion | undefined = undefined;
  /** Companions that a strike hit: owners of what the body forked before. */
  formerCompanions: Companion[] = [];
  /** The Waits that an async body awaits just now, each on a fiber of its own. */
  guests: Struck[] = [];
  thrown: Thrown | undefined = undefined;
  /** The last Effect that the body yielded. */
  yielded: Effect.Effect<unknown, unknown> | undefined = undefined;
  controller: AbortController | undefined = undefined;
  /** Entries in the ready ring that must be passed over. */
  stale = 0;
}
