/**
 * Thrown into a fiber that is killed. A body may catch it to clean up, and
 * should throw it on; use `isControl` to let it pass a general `catch`.
 *
 * gevent and greenlet: `GreenletExit`.
 *
 * @example
 * ```ts
 * import { GreenletExit, kill, sleep, spawn } from "fibril";
 *
 * function* worker() {
 *   try {
 *     yield* sleep("1 minute");
 *   } catch (error) {
 *     console.log(error instanceof GreenletExit); // -> true
 *     throw error;
 *   }
 * }
 * async function main() {
 *   const fiber = spawn(worker);
 *   await sleep();
 *   await kill(fiber);
 * }
 * void main();
 * ```
 */
export class GreenletExit extends Error {
  override readonly name: string = "GreenletExit";
  readonly _tag: "GreenletExit" = "GreenletExit" as const;
  /** The fiber that asked for it, if a fiber did. */
  readonly killerId: number | undefined;

  constructor(message = "The fiber was killed", killerId?: number) {
    super(message);
    this.killerId = killerId;
  }
}

/** By its tag: two copies of fibril know each other's exits. */
export function isGreenletExit(error: unknown): error is GreenletExit {
  return error instanceof Error && (error as { _tag?: unknown })._tag === "GreenletExit";
}
