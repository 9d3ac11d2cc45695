import type { FiberCore } from "../fiber/core.ts";
import type { Observer } from "../fiber/fiber-state.ts";
import { keep, type Starter } from "./belongings.ts";
import { detach, tie } from "./detach.ts";
import type { HostFunction } from "./function-shape.ts";

/** A file, a directory: it stays open until somebody closes it. */
export interface Closable {
  close?(...args: never[]): unknown;
}

/**
 * What a fiber has opened is closed when that was killed and has ended: until
 * then its cleanup may still write to it.
 */
export function keepOpen(fiber: FiberCore, caller: Starter, thing: Closable): void {
  if (!caller.isProgram) return;
  const untie = closeAfter(fiber, caller, new WeakRef(thing));
  tie(thing, untie);
  // Some are closed by other means: a loop over a directory does so by itself.
  collected.register(thing, untie);
  const close = thing.close as HostFunction;
  const value = (...args: unknown[]): unknown => {
    detach(thing);
    return close.apply(thing, args);
  };
  Object.defineProperty(thing, "close", { value, configurable: true, writable: true });
}

const collected = new FinalizationRegistry<() => void>((untie) => untie());

/** Apart from `keepOpen`, whose closures hold the thing itself. */
function closeAfter(fiber: FiberCore, caller: Starter, thing: WeakRef<Closable>): () => void {
  const closing: Observer = {
    settled: () => closeQuietly(thing.deref()),
    observes: false,
    prompt: true,
  };
  const release = keep(fiber, { caller, abandon: () => fiber.observe(closing) });
  return () => {
    release();
    fiber.unobserve(closing);
  };
}

/** Whatever has a `close`, which may have been called, or fail. */
export function closeQuietly(thing: unknown): void {
  const { close } = (thing ?? {}) as Closable;
  if (typeof close !== "function") return;
  try {
    Promise.resolve(close.call(thing)).catch(() => {});
  } catch {
    // It was closed before.
  }
}
