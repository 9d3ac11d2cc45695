/** Something that lives: a socket, a child process, a lock that is held. */
export interface Living {
  /** What it is, compared by identity: what was there before is no leak. */
  readonly thing: unknown;
  readonly name: string;
  /** What it does or waits for. */
  readonly doing?: string | undefined;
  /** Where it was made. */
  readonly site?: string | undefined;
}

/** Gives all things of its kind that live just now. */
export type LeakProbe = () => Iterable<Living>;

/** By kind. Here, at the bottom, so that every layer can add its own. */
export const leakProbes: Map<string, LeakProbe> = new Map<string, LeakProbe>();

/**
 * Lets `assertNoLeaks` look for things of one more kind, such as connections of a
 * pool. A second probe of a kind takes the place of the first.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { assertNoLeaks, registerLeakProbe } from "fibril/testing";
 *
 * const open = new Set<string>();
 * registerLeakProbe("door", () => [...open].map((name) => ({ thing: name, name })));
 *
 * spawn(function* () {
 *   try {
 *     yield* assertNoLeaks(() => open.add("front"));
 *   } catch (error) {
 *     console.log((error as Error).message.includes("door front")); // -> true
 *   }
 * });
 * ```
 */
export function registerLeakProbe(kind: string, probe: LeakProbe): void {
  leakProbes.set(kind, probe);
}
