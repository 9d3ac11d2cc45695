import { runInline } from "../../fiber/run-inline.ts";
import type { Wait, Yieldable } from "../../fiber/wait.ts";

interface Usable {
  close(): void;
  terminate(): void;
  join(): Wait<void>;
}

/** Runs `body` with a pool of its own; at its end no worker is left. */
export function* usingPool<P extends Usable>(
  make: () => P,
  body: (pool: P) => unknown,
): Generator<Yieldable, unknown, never> {
  const pool = make();
  try {
    const value = yield* runInline(() => body(pool));
    pool.close();
    yield* pool.join();
    return value;
  } catch (error) {
    pool.terminate();
    yield* pool.join();
    throw error;
  }
}
