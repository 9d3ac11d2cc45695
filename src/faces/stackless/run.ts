import type { FiberCore } from "../../fiber/core.ts";
import type { Step } from "../../fiber/fiber-state.ts";
import { Op, type Wait } from "../../fiber/wait.ts";
import { coreOf } from "./core.ts";
import { refuseSwitch } from "./switch-to.ts";

class Run extends Op<void, unknown> {
  begin(fiber: FiberCore): Step {
    const core = coreOf(fiber);
    const { circle } = core;
    if (circle.runnables.size > 0) refuseSwitch(circle);
    const step = circle.awaitQuiet(core, fiber);
    core.rest();
    return step;
  }
}

/** Keeps no state: there is one. */
const untilQuiet = /* @__PURE__ */ new Run();

/**
 * Waits until no tasklet is left that could go on: those that are blocked in a
 * channel or paused are not waited for, those that sleep or read are. The first
 * error that ends a tasklet is thrown here, and the others go on at the next `run`
 * or whenever the caller waits.
 *
 * The tasklets are those that the caller made, and that these made. Nothing
 * pre-empts them, so there is no `timeout` in instructions; use `withTimeout`.
 *
 * Stackless: `stackless.run()`.
 *
 * @example
 * ```ts
 * import { channel, run, tasklet } from "fibril/stackless";
 *
 * const words = channel<string>();
 * function* print() {
 *   for (;;) console.log(yield* words.receive());
 * }
 * function* speak() {
 *   yield* words.send("hello");
 *   yield* words.send("world");
 * }
 * tasklet(print)();
 * tasklet(speak)();
 * // The printer is blocked at the end, and that is no deadlock.
 * run().then(() => console.log("over"));
 * // -> hello
 * // -> world
 * // -> over
 * ```
 */
export function run(): Wait<void, unknown> {
  return untilQuiet;
}
