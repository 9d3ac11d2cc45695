import { host } from "../internal/host.ts";
import { signalNames } from "../internal/signal-names.ts";
import { show } from "./body.ts";
import { handledSignals } from "./program.ts";
import { begin, makeFiber } from "./spawn.ts";

/** A signal's handler that can be taken back. */
export interface SignalHandler {
  cancel(): void;
}

/**
 * Runs `handler`, any kind of body, in a new fiber at each delivery of a signal.
 * It does not keep a program alive whose fibers are done, but fibers that wait
 * are no deadlock while it is there: a signal may wake them.
 *
 * gevent: `gevent.signal_handler(number, function)`.
 *
 * @throws TypeError for a handler that is no function, RangeError for an unknown signal.
 * @example
 * ```ts
 * import { signalHandler } from "fibril";
 *
 * const handler = signalHandler("SIGUSR2", () => console.log("asked"));
 * handler.cancel();
 * ```
 */
export function signalHandler(name: string, handler: () => unknown): SignalHandler {
  if (typeof handler !== "function") {
    throw new TypeError(`Cannot handle ${name} by ${show(handler)}: pass a function`);
  }
  if (!signalNames().includes(name)) {
    throw new RangeError(
      `Cannot handle the signal "${name}": there is none, try "SIGTERM" or "SIGUSR2"`,
    );
  }
  const deliver = () =>
    void begin(makeFiber("handle a signal by", handler, undefined, signalHandler));
  host.process.on(name, deliver);
  handledSignals.add(deliver);
  return {
    cancel() {
      host.process.off(name, deliver);
      handledSignals.delete(deliver);
    },
  };
}
