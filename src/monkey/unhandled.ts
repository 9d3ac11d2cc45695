import { host } from "../internal/host.ts";

/** What calls of the host were ended with, where that was no failure of anybody. */
const ends = new WeakSet<object>();
let watching = false;

/**
 * Calls of a fiber are about to be ended with `reason`. What the fiber has made of
 * their promises and nobody waits for any more (`fetch(url).then(…)`) fails with
 * it, which must not end the program.
 */
export function passUnhandled(reason: unknown): void {
  if (typeof reason !== "object" || reason === null) return;
  ends.add(reason);
  if (watching) return;
  watching = true;
  if (host.runtime === "deno") globals.addEventListener("unhandledrejection", excuse);
  else host.process.on("unhandledRejection", raise);
}

const globals = globalThis as unknown as {
  addEventListener(type: string, listener: (event: RejectionEvent) => void): void;
};

interface RejectionEvent {
  readonly reason: unknown;
  preventDefault(): void;
}

function excuse(event: RejectionEvent): void {
  if (isEnd(event.reason)) event.preventDefault();
}

/** Whoever listens for rejections takes over from the host, which makes them exceptions. */
function raise(reason: unknown): void {
  if (isEnd(reason) || host.process.listenerCount("unhandledRejection") > 1) return;
  throw reason;
}

/** So deep do packages wrap what they get in errors of their own. */
const WRAPPINGS = 4;

function isEnd(reason: unknown, depth = 0): boolean {
  if (typeof reason !== "object" || reason === null) return false;
  if (ends.has(reason)) return true;
  return depth < WRAPPINGS && isEnd((reason as { readonly cause?: unknown }).cause, depth + 1);
}
