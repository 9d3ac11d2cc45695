/**
 * Imported before a package: that finds the host patched when it is loaded, as it
 * does with `--import fibril/monkey/auto`.
 */

import { type Fiber, getHub, killAll, spawn, type Yieldable } from "fibril";
import { patchAll, timers, unpatch } from "fibril/monkey";
import { expect, test } from "vitest";

const options = { blocking: "ignore", maxBlockingTime: false } as const;
patchAll(options);

/** What a part of a fiber's body yields and gives. */
export type Steps<A = void> = Generator<Yieldable<unknown>, A, unknown>;

/** A test whose body is a fiber; it must leave no other fiber and nothing open behind. */
export function fiberTest(name: string, body: () => Steps): void {
  test(name, async () => {
    const before = openHandles();
    try {
      await spawn(body as () => Generator<Yieldable<unknown>, void, never>);
      expect(getHub().fibers.map(({ name }) => name)).toEqual([]);
    } finally {
      await killAll(getHub().fibers, { grace: 0 });
    }
    // What was ended takes the host some turns to close; what is left is left for ever.
    for (let i = 0; i < MOST_LOOKS && openedSince(before).length > 0; i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(openedSince(before)).toEqual([]);
  });
}

const MOST_LOOKS = 1000;

/** What keeps Node alive, but timers, of which fibril has its own; Deno does not tell. */
function openHandles(): string[] {
  const { getActiveResourcesInfo } = process as { getActiveResourcesInfo?: () => string[] };
  const timers = ["Timeout", "Immediate"];
  return getActiveResourcesInfo?.().filter((name) => !timers.includes(name)) ?? [];
}

function openedSince(before: readonly string[]): string[] {
  const known = [...before];
  return openHandles().filter((name) => {
    const index = known.indexOf(name);
    if (index >= 0) known.splice(index, 1);
    return index < 0;
  });
}

/** What `run` gives outside of fibers, with nothing patched. */
export async function unpatched<A>(run: () => Promise<A>): Promise<A> {
  unpatch();
  try {
    return await run();
  } finally {
    patchAll(options);
  }
}

/** Lets the host go around its loop so many times: input comes, callbacks are called. */
export function* loops(count: number): Steps {
  for (let i = 0; i < count; i++) yield* timers.setImmediate();
}

/** Spawns `count` fibers, the odd ones with an async body, and gives what they gave. */
export function* inFibers<A>(
  count: number,
  body: (n: number) => Steps<A>,
  asyncBody: (n: number) => Promise<A>,
): Steps<A[]> {
  const fibers = numbers(count).map((n) => (n % 2 === 0 ? spawn(body, n) : spawn(asyncBody, n)));
  const results: A[] = [];
  for (const fiber of fibers as Fiber<A, unknown>[]) results.push((yield* fiber) as A);
  return results;
}

export const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);
