import { type Body, getHub, killAll, sleep, type Yieldable } from "fibril";
import { virtualHub } from "fibril/testing";

/**
 * A test on a virtual clock: `body` is its main fiber, and whatever still lives at its end is
 * killed. A timer that is left over then fails the test.
 */
export function virtually<Y extends Yieldable<unknown, unknown>>(
  body: () => Body<Y, unknown>,
): () => Promise<void> {
  return async () => {
    const virtual = virtualHub();
    await virtual.run(body).finally(() => killAll(getHub().fibers, { grace: 0 }));
    virtual[Symbol.dispose]();
  };
}

/** What `wait` throws; an error of its own if it gives a value. */
export function* thrownBy(
  wait: Yieldable<unknown>,
): Generator<Yieldable<unknown>, unknown, unknown> {
  let value: unknown;
  try {
    value = yield* wait;
  } catch (error) {
    return error;
  }
  throw new Error(`Nothing was thrown, it gave ${String(value)}`);
}

/** A body that gives `value` after so many milliseconds. */
export function* after(ms: number, value: unknown): Generator<Yieldable<never>, unknown, unknown> {
  yield* sleep(ms);
  return value;
}

/** A body that throws `error` after so many milliseconds. */
export function* failAfter(
  ms: number,
  error: unknown,
): Generator<Yieldable<never>, never, unknown> {
  yield* sleep(ms);
  throw error;
}
