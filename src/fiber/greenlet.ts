import { hub } from "../scheduler/hub.ts";
import { isAsyncFunction, show } from "./body.ts";
import type { FiberCore } from "./core.ts";
import { GreenletExit } from "./greenlet-exit.ts";
import { SwitchTo, ThrowInto } from "./greenlet-switch.ts";
import { asyncOwner } from "./owner.ts";
import { Strand, UNSTARTED } from "./strand.ts";
import { main, strandsOf } from "./strands.ts";
import type { Wait } from "./wait.ts";

/** What a greenlet runs: a generator function; a plain one ends at once with its value. */
export type GreenletBody = (...args: never[]) => unknown;

/**
 * A stack of its own inside a fiber, left and entered by name: `yield* g.switch()`
 * stops here and goes on there, at once and past no queue. When its `run` ends
 * its value, or its error, goes to the `parent`. Subclass it with `*run()`, or
 * pass a function.
 *
 * Where it may stop is where a generator can: each function between `run` and
 * the switch is a `function*` that is called with `yield*` or `call`.
 *
 * greenlet: `greenlet.greenlet`.
 *
 * @example
 * ```ts
 * import { Greenlet } from "fibril/greenlet";
 *
 * class Counter extends Greenlet {
 *   override *run(from: number) {
 *     for (let n = from; n < from + 3; n++) yield* this.parent?.switch(n) ?? [];
 *     return "done";
 *   }
 * }
 * async function main() {
 *   const counter = new Counter();
 *   while (!counter.dead) console.log(await counter.switch(7));
 *   // -> 7
 *   // -> 8
 *   // -> 9
 *   // -> done
 * }
 * void main();
 * ```
 */
export class Greenlet {
  readonly #strand: Strand;
  #run: unknown;

  /**
   * @param run what to run; may be assigned later, or be a method of a subclass.
   * @param parent who gets its value; the greenlet that runs now if absent.
   */
  constructor(run?: GreenletBody, parent?: Greenlet | null) {
    if ((run as unknown) instanceof Strand) {
      this.#strand = run as unknown as Strand;
      return;
    }
    if (run !== undefined) checkRun(run);
    this.#run = run;
    const isGiven = parent !== undefined && parent !== null;
    // By its identity: a greenlet must not keep the guest alive that it was made in.
    const above = isGiven ? Greenlet.#of(parent) : current().identity;
    this.#strand = new Strand(this, above, undefined);
  }

  /**
   * What it runs: assignable until it is started, `undefined` from then on. Here
   * as a method, so that a subclass can have one.
   */
  run(..._args: never[]): unknown {
    return undefined;
  }

  // A method for the compiler, an accessor in truth: only so can a subclass write `*run()`.
  static {
    Object.defineProperty(Greenlet.prototype, "run", {
      configurable: true,
      get(this: Greenlet) {
        return this.#strand.status === UNSTARTED ? this.#run : undefined;
      },
      set(this: Greenlet, run: unknown) {
        if (this.#strand.status !== UNSTARTED) {
          throw new TypeError(
            `Cannot set what greenlet "${this.#strand.name}" runs: it has been started`,
          );
        }
        checkRun(run);
        this.#run = run;
      },
    });
  }

  /** Goes on there with `values`: the arguments of `run` at first, then what its `switch` gives. */
  // biome-ignore lint/suspicious/noExplicitAny: what comes back is whatever any greenlet sends here
  switch(...values: unknown[]): Wait<any> {
    return values.length === 1
      ? new SwitchTo(this.#strand, values[0], 1)
      : new SwitchTo(this.#strand, values.length === 0 ? undefined : values, values.length);
  }

  /** Goes on there by throwing `error`, an Error or a class of one: GreenletExit if absent. */
  // biome-ignore lint/suspicious/noExplicitAny: as with `switch`
  throw(error: unknown = GreenletExit): Wait<any> {
    return new ThrowInto(this.#strand, error);
  }

  /** Who goes on when it ends; null for the program's and a fiber's own. Assignable, not to a descendant. */
  get parent(): Greenlet | null {
    const { parent } = this.#strand;
    return parent === undefined ? null : greenletOf(parent);
  }

  set parent(parent: Greenlet) {
    const strand = this.#strand;
    const to = Greenlet.#of(parent);
    if (strand.parent === undefined) {
      throw new TypeError(
        `Cannot set the parent of "${strand.name}": the main greenlet and a fiber's own have none`,
      );
    }
    for (let above: Strand | undefined = to; above !== undefined; above = above.parent) {
      if (above !== strand) continue;
      throw new RangeError(
        `Cannot make "${to.name}" the parent of "${strand.name}", it descends from it: that would be a cyclic parent chain`,
      );
    }
    strand.parent = to;
  }

  /** Whether it has ended, or was thrown into before it began. */
  get dead(): boolean {
    return this.#strand.dead;
  }

  /** Whether it was begun and has not ended. */
  get started(): boolean {
    return this.#strand.started;
  }

  static #of(greenlet: unknown): Strand {
    if (typeof greenlet === "object" && greenlet !== null && #strand in greenlet)
      return greenlet.#strand;
    throw new TypeError(
      `Cannot take ${show(greenlet)} for a parent: pass a greenlet, as greenlet(run) or getCurrent() gives`,
    );
  }
}

function checkRun(run: unknown): void {
  if (typeof run !== "function") {
    throw new TypeError(`Cannot make a greenlet of ${show(run)}: pass a generator function`);
  }
  if (!isAsyncFunction(run)) return;
  throw new TypeError(
    `Cannot make a greenlet of the async function "${run.name || "anonymous"}", which nothing can switch out of: write \`function*\` and \`yield* until(promise)\``,
  );
}

/**
 * A new greenlet, not begun: the first `switch` calls `run` with its values.
 * Its parent is the greenlet that runs now, unless one is given.
 *
 * greenlet: `greenlet.greenlet(run, parent)`.
 *
 * @throws TypeError for what is no function, for an async function, and for a parent that is none.
 * @example
 * ```ts
 * import { type Greenlet, greenlet } from "fibril/greenlet";
 *
 * function* fun1(other: Greenlet) {
 *   console.log(12); // -> 12
 *   yield* other.switch();
 *   console.log(34); // -> 34
 * }
 * function* fun2() {
 *   console.log(56); // -> 56
 *   yield* gr1.switch();
 *   console.log(78);
 * }
 * const gr1 = greenlet(fun1);
 * const gr2 = greenlet(fun2);
 * void gr1.switch(gr2).then(() => console.log("over")); // -> over
 * ```
 */
export function greenlet(run: GreenletBody, parent?: Greenlet | null): Greenlet {
  checkRun(run);
  return new Greenlet(run, parent);
}

/**
 * The greenlet that runs here. In a fiber that made none it is the fiber's own,
 * the parent of those made there; at the top level the program's main one.
 *
 * greenlet: `greenlet.getcurrent()`.
 *
 * @example
 * ```ts
 * import { getCurrent, greenlet } from "fibril/greenlet";
 *
 * const main = getCurrent();
 * const child = greenlet(() => getCurrent() === child && child.parent === main);
 * child.switch().then(console.log); // -> true
 * ```
 */
export function getCurrent(): Greenlet {
  return greenletOf(current());
}

function current(): Strand {
  const fiber = (hub.current as FiberCore | undefined) ?? asyncOwner();
  return fiber === undefined ? main : strandsOf(fiber).current;
}

/** The greenlet of a strand; a fiber's own has none before somebody asks. */
export function greenletOf(strand: Strand): Greenlet {
  const { identity } = strand;
  identity.owner ??= new Greenlet(identity as never);
  return identity.owner as Greenlet;
}
