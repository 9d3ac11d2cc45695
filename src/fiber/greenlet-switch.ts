import type { FiberCore } from "./core.ts";
import type { Step } from "./fiber-state.ts";
import { Site } from "./site.ts";
import type { Strand } from "./strand.ts";
import { type Strands, strandsOf } from "./strands.ts";
import { Op } from "./wait.ts";

// biome-ignore lint/suspicious/noExplicitAny: a switch gives whatever any greenlet sends back
type Anything = any;

abstract class Switching extends Op<Anything> {
  abstract readonly target: Strand;

  /**
   * A comparator, a getter or a template that switches gets the Wait where it
   * expects a value: at the latest there it is an error, not NaN. It names the
   * frames that would have had to stand still.
   */
  [Symbol.toPrimitive](): never {
    const { frames } = new Site(this[Symbol.toPrimitive]);
    const where = frames.slice(0, 2).map((frame) => frame.replace("at ", ""));
    throw new TypeError(
      `The switch to greenlet "${this.target.name}" was used as a value in ${where.join(" < ")}: a switch happens at \`yield*\` in a generator only, not in a synchronous callback such as a comparator. Make each function between the greenlet's run and the switch a \`function*\``,
    );
  }
}

/** `yield* greenlet.switch(...values)` */
export class SwitchTo extends Switching {
  readonly target: Strand;
  readonly #value: unknown;
  readonly #count: number;

  constructor(target: Strand, value: unknown, count: number) {
    super();
    this.target = target;
    this.#value = value;
    this.#count = count;
  }

  begin(fiber: FiberCore): Step {
    const strands = (fiber.extra?.coroutine ?? strandsOf(fiber)) as Strands;
    return strands.send(this.target, this.#value, this.#count);
  }
}

/** `yield* greenlet.throw(error)` */
export class ThrowInto extends Switching {
  readonly target: Strand;
  readonly #error: unknown;

  constructor(target: Strand, error: unknown) {
    super();
    this.target = target;
    this.#error = error;
  }

  begin(fiber: FiberCore): Step {
    const error = this.#error;
    const isClass = typeof error === "function" && isErrorClass(error);
    const thrown = isClass ? new (error as new () => Error)() : error;
    return strandsOf(fiber).throwInto(this.target, thrown);
  }
}

function isErrorClass(error: { prototype?: unknown }): boolean {
  return error.prototype instanceof Error || error === Error;
}
