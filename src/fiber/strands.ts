import { hub } from "../scheduler/hub.ts";
import { Beginning } from "./beginning.ts";
import { show } from "./body.ts";
import type { FiberCore } from "./core.ts";
import type { Coroutine, Extra, Frame } from "./extra.ts";
import { ready, type Step } from "./fiber-state.ts";
import { isGreenletExit } from "./greenlet-exit.ts";
import { Guest } from "./guest.ts";
import { InvalidSwitch } from "./invalid-switch.ts";
import { READY, STRUCK, SWITCHING } from "./state.ts";
import { DRIVEN, ENDED, Strand, SUSPENDED, UNSTARTED } from "./strand.ts";

/**
 * The strands of one fiber: its own, and those that it drives in its place. One
 * of them is `current`; a switch puts what the driver works on (the innermost
 * frame and its callers) into the one and takes it from the other, so nothing
 * is copied and the ready queue has no part in it.
 */
export class Strands implements Coroutine {
  readonly root: Strand;
  current: Strand;
  readonly #fiber: FiberCore;
  readonly #extra: Extra;
  /** Where the running step wants to go, and how it resumes: READY or STRUCK. */
  #next: Strand;
  #nextState = READY;

  constructor(fiber: FiberCore) {
    this.#fiber = fiber;
    this.#extra = fiber.more;
    this.root = rootOf(fiber);
    this.current = this.root;
    this.#next = this.root;
  }

  // --- What a switch's op asks for

  /** Sends to `target` what `count` arguments were packed into: the driver goes on there. */
  send(target: Strand, value: unknown, count: number): Step {
    const to = this.#resolve(target);
    if (to === this.current) {
      this.#trace(READY, to, to);
      return ready(value);
    }
    this.#fiber.inbox = to.status === UNSTARTED ? this.#prepare(to, unpacked(value, count)) : value;
    return this.#leaveFor(to, READY);
  }

  /** Throws `error` at the switch in which `target` is suspended. */
  throwInto(target: Strand, error: unknown): Step {
    // A dead greenlet ends by the error once more: GreenletExit is its value.
    if (target.status === ENDED && isGreenletExit(error)) return this.send(target, error, 1);
    const to = this.#resolve(target);
    if (to === this.current) {
      this.#trace(STRUCK, to, to);
      throw error;
    }
    if (to.status === UNSTARTED) this.#prepare(to, []);
    this.#fiber.inbox = error;
    return this.#leaveFor(to, STRUCK);
  }

  #leaveFor(to: Strand, state: number): Step {
    this.#next = to;
    this.#nextState = state;
    this.#fiber.state = SWITCHING;
    return hub.switched;
  }

  /** Makes the first frame of a strand; without a `run` that stays as it is. */
  #prepare(to: Strand, args: readonly unknown[]): undefined {
    const run = to.owner?.run;
    if (typeof run !== "function") throw nothingToRun(run);
    to.begin(Beginning.frame(run as never, to.owner, args), run.name);
  }

  // --- What the driver asks for

  enter(): void {
    const from = this.current;
    from.frame = this.#fiber.body as Frame;
    from.status = SUSPENDED;
    this.#resume(from, this.#next, this.#nextState);
  }

  ended(state: number, outcome: unknown): boolean {
    const from = this.current;
    if (from === this.root) {
      from.frame = undefined;
      return false;
    }
    const to = this.#heirOf(from);
    from.end();
    const how = state === STRUCK && this.#isValue(outcome) ? READY : state;
    if (to.status === UNSTARTED) this.#begin(to, [outcome]);
    if (to.status !== UNSTARTED || how === STRUCK) this.#fiber.inbox = outcome;
    this.#resume(from, to, how);
    return true;
  }

  outerFrames(): Frame[] {
    const frames: Frame[] = [];
    for (let strand = this.current; strand !== this.root; ) {
      const to = this.#heirOf(strand);
      strand.status = ENDED;
      if (to.frame !== undefined) frames.unshift(...to.callers, to.frame);
      strand = to;
    }
    this.current = this.root;
    return frames;
  }

  #resume(from: Strand, to: Strand, state: number): void {
    const fiber = this.#fiber;
    fiber.body = to.frame;
    this.#extra.callers = to.callers;
    fiber.state = state;
    to.status = DRIVEN;
    this.current = to;
    if (hub.switchTracer === undefined) return;
    try {
      this.#trace(state, from, to);
    } catch (error) {
      fiber.state = STRUCK;
      fiber.inbox = error;
    }
  }

  /** A parent that has not begun is started with its child's value, or dies of its error. */
  #begin(to: Strand, args: readonly unknown[]): void {
    const run = to.owner?.run;
    const call = () => {
      throw nothingToRun(run);
    };
    to.begin(Beginning.frame((run ?? call) as never, to.owner, args), to.name);
  }

  /** GreenletExit ends one greenlet, unless it is there to end the fiber. */
  #isValue(error: unknown): boolean {
    return isGreenletExit(error) && this.#extra.killing?.strike.error !== error;
  }

  /** Tells the tracer, which is gone if it throws. */
  #trace(state: number, from: Strand, to: Strand): void {
    const tracer = hub.switchTracer;
    if (tracer === undefined) return;
    try {
      tracer(state === STRUCK ? "throw" : "switch", from, to);
    } catch (error) {
      hub.switchTracer = undefined;
      throw error;
    }
  }

  // --- Where a switch goes

  #resolve(target: Strand): Strand {
    if (target === this.root || target.identity === this.root.identity) return this.root;
    if (target.status === ENDED) return this.#heirOf(target);
    if (target.parent === undefined) throw this.#foreign(target);
    if (target.status === DRIVEN && target !== this.current) throw this.#busy(target);
    return target;
  }

  /** The first ancestor that can go on here; at last the fiber's own body. */
  #heirOf(dead: Strand): Strand {
    let strand = dead.parent;
    while (strand?.parent !== undefined) {
      const isFree = strand.status === UNSTARTED || strand.status === SUSPENDED;
      if (isFree || strand === this.current) return strand;
      strand = strand.parent;
    }
    return this.root;
  }

  #foreign(target: Strand): InvalidSwitch {
    const here = describe(this.current, this.#fiber);
    const { home } = target;
    if (home?.dead === true) {
      return new InvalidSwitch(
        `Cannot switch from ${here} to the own greenlet of fiber "${home.name}", which has ended`,
      );
    }
    const whose =
      home === undefined ? "the main greenlet" : `the own greenlet of fiber "${home.name}"`;
    return new InvalidSwitch(
      `Cannot switch from ${here} to ${whose}, which runs in a fiber of its own: pass values between fibers by a channel or a queue`,
    );
  }

  #busy(target: Strand): InvalidSwitch {
    const fiber = driverOf(target);
    const what = fiber?.park === undefined ? "is running" : `waits in ${fiber.park.describe()}`;
    return new InvalidSwitch(
      `Cannot switch from ${describe(this.current, this.#fiber)} to greenlet "${target.name}", which ${what} in fiber "${fiber?.name}": a greenlet runs in one fiber at a time`,
    );
  }
}

function nothingToRun(run: unknown): TypeError {
  const found = run === undefined ? "has nothing to run" : `has ${show(run)} to run`;
  return new TypeError(
    `Cannot switch to a greenlet that ${found}: pass a function to greenlet(run), assign \`run\`, or subclass with *run()`,
  );
}

/** Looked for when there is an error to write; a strand that knew it would keep dead fibers. */
function driverOf(strand: Strand): FiberCore | undefined {
  for (const fiber of hub.roster as Iterable<FiberCore>) {
    const strands = fiber.extra?.coroutine as Strands | undefined;
    if (strands?.current === strand) return fiber;
  }
  return undefined;
}

function describe(strand: Strand, fiber: FiberCore): string {
  const where = `fiber "${fiber.name}"`;
  return strand.parent === undefined ? where : `greenlet "${strand.name}" of ${where}`;
}

/** The arguments of a first switch. */
function unpacked(value: unknown, count: number): readonly unknown[] {
  if (count < 2) return count === 0 ? [] : [value];
  return value as readonly unknown[];
}

/** The program's main strand: at the top level nothing runs in it, guests stand for it. */
export const main: Strand = new Strand(undefined, undefined, undefined);

/** What the awaits of an async body or the top level have in common is whose own they are. */
function rootOf(fiber: FiberCore): Strand {
  const { callers } = fiber.more;
  if (!(fiber instanceof Guest)) return new Strand(undefined, undefined, fiber, undefined, callers);
  const identity = fiber.owner === undefined ? main : strandsOf(fiber.owner).root.identity;
  return new Strand(undefined, undefined, fiber, identity, callers);
}

/** The strands of a fiber, made when the first greenlet is. */
export function strandsOf(fiber: FiberCore): Strands {
  const { more } = fiber;
  more.coroutine ??= new Strands(fiber);
  return more.coroutine as Strands;
}
