import { host } from "../internal/host.ts";

interface Emitter {
  emit(...args: unknown[]): unknown;
}

/**
 * Deno calls the listeners of sockets and pipes in no async context at all, so what
 * they begin would be nobody's. Here they get the one that `emitter` was made in, as
 * on Node. The listeners themselves stay what they are, for all who look at them.
 */
export function keepContext(emitter: Emitter): void {
  if (host.runtime !== "deno") return;
  const frame = host.frames.capture();
  if (frame === undefined || Object.hasOwn(emitter, "emit")) return;
  const { emit } = emitter;
  function emitInContext(this: Emitter, ...args: unknown[]): unknown {
    // Whoever emits an event himself does so where he is.
    if (host.frames.capture() !== undefined) return emit.apply(this, args);
    let result: unknown;
    host.frames.run(
      frame,
      () => {
        result = emit.apply(this, args);
      },
      undefined,
    );
    return result;
  }
  Object.defineProperty(emitter, "emit", {
    value: emitInContext,
    configurable: true,
    writable: true,
  });
}
