import type { Input as DurationInput } from "effect/Duration";
import { hub } from "../scheduler/hub.ts";
import { Alarm } from "../scheduler/timers.ts";
import { show } from "./body.ts";
import type { FiberCore } from "./core.ts";
import { formatMillis, toMillis } from "./delay.ts";
import { asyncOwner } from "./owner.ts";
import type { Strike } from "./strike.ts";

type ErrorClass = new () => Error;

/**
 * A deadline for the fiber that starts it: when it passes, the Timeout (or the
 * `error` that it was given) is thrown at whatever the fiber waits for then.
 * A body that waits for nothing is not struck before it waits again.
 *
 * Close it when the work is done; `withTimeout` does that by itself, and with
 * `using` so does the end of the block. Without a delay it never fires.
 *
 * gevent: `gevent.Timeout`.
 *
 * @example
 * ```ts
 * import { sleep, spawn, Timeout } from "fibril";
 *
 * spawn(function* impatient() {
 *   const timeout = Timeout.start("10 millis");
 *   try {
 *     yield* sleep("1 minute");
 *   } catch (error) {
 *     if (error !== timeout) throw error;
 *     console.log(timeout.message); // -> Timed out after 10ms
 *   } finally {
 *     timeout.close();
 *   }
 * });
 * ```
 */
export class Timeout extends Error {
  override readonly name: string = "TimeoutError";
  readonly _tag: "TimeoutError" = "TimeoutError" as const;
  /** The delay in milliseconds; Infinity if it never fires. */
  readonly millis: number;
  readonly #error: Error | ErrorClass | undefined;
  #fiber: FiberCore | undefined;
  #strike: Strike | undefined;
  #alarm: Alarm | undefined;
  #closed = false;
  #enclosing = false;
  #struck = false;

  /**
   * @param delay after which it strikes, from `start` on.
   * @param error thrown instead of the Timeout itself: an Error, or a class of one.
   */
  constructor(delay?: DurationInput | null, error?: Error | ErrorClass) {
    const millis =
      delay === undefined || delay === null
        ? Number.POSITIVE_INFINITY
        : toMillis(delay, "time out");
    super(
      millis === Number.POSITIVE_INFINITY ? "Timed out" : `Timed out after ${formatMillis(millis)}`,
    );
    if (error !== undefined && !(error instanceof Error) && typeof error !== "function") {
      throw new TypeError(
        `Cannot throw ${show(error)} at a timeout: pass an Error or a class of one, or use withTimeout`,
      );
    }
    this.millis = millis;
    this.#error = error;
  }

  /** A new Timeout, started. gevent: `Timeout.start_new`. */
  static start(delay?: DurationInput | null, error?: Error | ErrorClass): Timeout {
    return new Timeout(delay, error).start();
  }

  /**
   * One without a stack, for our own waits: they have the caller's at hand, most
   * never strike, and a stack costs more than all the rest.
   */
  static plain(millis: number): Timeout {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    const timeout = new Timeout(millis);
    Error.stackTraceLimit = limit;
    return timeout;
  }

  /** Whether it is running and has not struck. */
  get pending(): boolean {
    return this.#alarm !== undefined;
  }

  /**
   * Whether the fiber that catches it is the one that it was meant for: started
   * here, and not by a `withTimeout` further out, which waits for it to pass.
   */
  get isMine(): boolean {
    return this.#fiber === startingFiber() && !this.#enclosing;
  }

  /** Lets it run for the current fiber. A TypeError outside of one: use withTimeout there. */
  start(): this {
    const fiber = startingFiber();
    if (fiber === undefined) {
      throw new TypeError(
        "Cannot start a Timeout outside of a fiber: use withTimeout(delay, body)",
      );
    }
    if (this.#alarm !== undefined)
      throw new Error("This Timeout is already running: cancel it first");
    if (this.#closed) throw new Error("This Timeout is closed: make a new one");
    this.#fiber = fiber;
    const { more } = fiber;
    more.deadlines++;
    const strike = { error: this.#thrown(), level: more.mask };
    this.#struck = false;
    this.#strike = strike;
    this.#alarm = new Alarm(() => this.#expire(strike));
    this.#arm(this.#alarm, fiber);
    return this;
  }

  /** Stops it; it may be started again. */
  cancel(): void {
    if (this.#strike !== undefined) this.#fiber?.withdraw(this.#strike);
    this.#strike = undefined;
    if (this.#alarm === undefined) return;
    hub.timers.stop(this.#alarm);
    this.#disarm();
  }

  /** Stops it for good. */
  close(): void {
    this.cancel();
    this.#closed = true;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Whether it was thrown into its fiber. */
  get struck(): boolean {
    return this.#struck;
  }

  /** For `withTimeout`: while its body runs, the Timeout is not the body's own. */
  enclose(): void {
    this.#enclosing = true;
  }

  release(): void {
    this.#enclosing = false;
  }

  #arm(alarm: Alarm, fiber: FiberCore): void {
    if (this.millis > 0) return hub.timers.start(alarm, this.millis, !fiber.daemon);
    // At once is not now: what is ready goes first, as with every wake-up.
    hub.push(() => this.#alarm === alarm && alarm.fire());
  }

  #disarm(): void {
    this.#alarm = undefined;
    const { more } = this.#fiber as FiberCore;
    more.deadlines--;
  }

  #expire(strike: Strike): void {
    this.#disarm();
    this.#struck = true;
    this.#fiber?.strike(strike);
  }

  #thrown(): unknown {
    if (this.#error === undefined) return this;
    return typeof this.#error === "function" ? new this.#error() : this.#error;
  }
}

function startingFiber(): FiberCore | undefined {
  return (hub.current as FiberCore | undefined) ?? asyncOwner();
}
