import * as Cause from "effect/Cause";
import type { Effect } from "effect/Effect";
import * as Exit from "effect/Exit";
import { host } from "../internal/host.ts";
import type { Fiber } from "./fiber.ts";
import { shutDown, watchProgram } from "./program.ts";
import { type Body, begin, type ErrorOf, makeFiber } from "./spawn.ts";
import type { Yieldable } from "./wait.ts";

/** The shell's code for a program ended by SIGTERM: 128 + 15. */
const EXIT_BY_SIGTERM = 143;

/**
 * Runs an Effect, or a body, as the program's main fiber. A failure is printed
 * and makes the exit code 1; SIGINT and SIGTERM kill every fiber, let cleanups
 * run and exit with 130 or 143. The program ends when its fibers have.
 *
 * Effect: `NodeRuntime.runMain`, with these signals' usual exit codes.
 *
 * @throws TypeError at the call for what is no body.
 * @example
 * ```ts
 * import { runMain, sleep } from "fibril";
 *
 * runMain(function* main() {
 *   yield* sleep(1);
 *   console.log("done"); // -> done
 * });
 * ```
 */
export function runMain<Y extends Yieldable<unknown, unknown>, A>(
  main: () => Body<Y, A>,
): Fiber<A, ErrorOf<Y>>;
export function runMain<A, E>(main: Effect<A, E>): Fiber<A, E>;
export function runMain<A>(main: () => A): Fiber<Awaited<A>, unknown>;
export function runMain(main: unknown): Fiber {
  const fiber: Fiber = makeFiber("runMain", main, undefined, runMain);
  fiber.name = "main";
  watchProgram();
  const terminate = () => shutDown(EXIT_BY_SIGTERM);
  host.process.on("SIGTERM", terminate);
  fiber.addObserver((exit) => {
    host.process.off("SIGTERM", terminate);
    if (Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause)) return;
    host.process.exitCode = 1;
    console.error(Cause.pretty(exit.cause));
  });
  return begin(fiber);
}
