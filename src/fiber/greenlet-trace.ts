import { hub } from "../scheduler/hub.ts";
import type { SwitchTracer } from "../scheduler/trace.ts";
import { show } from "./body.ts";
import { type Greenlet, greenletOf } from "./greenlet.ts";
import type { Strand } from "./strand.ts";

/**
 * Called at every switch, in the greenlet that goes on: `"throw"` if an error is
 * thrown there, else `"switch"`. What it throws itself is thrown there, too, and
 * ends the tracing.
 */
export type GreenletTrace = (
  event: "switch" | "throw",
  greenlets: readonly [origin: Greenlet, target: Greenlet],
) => void;

/** The hub's tracer, which knows whose it is. */
type Traced = SwitchTracer & { callback?: GreenletTrace };

/**
 * Calls `trace` at every switch between greenlets from now on; `null` ends that.
 * Gives the function before it, or null.
 *
 * greenlet: `greenlet.settrace`.
 *
 * @throws TypeError for what is neither a function nor null.
 * @example
 * ```ts
 * import { greenlet, setTrace } from "fibril/greenlet";
 *
 * const events: string[] = [];
 * setTrace((event) => events.push(event));
 * greenlet(() => "done")
 *   .switch()
 *   .then(() => {
 *     setTrace(null);
 *     console.log(events.join()); // -> switch,switch
 *   });
 * ```
 */
export function setTrace(trace: GreenletTrace | null): GreenletTrace | null {
  if (trace !== null && typeof trace !== "function") {
    throw new TypeError(`Cannot trace with ${show(trace)}: pass a function, or null to end it`);
  }
  const previous = (hub.switchTracer as Traced | undefined)?.callback ?? null;
  hub.switchTracer = trace === null ? undefined : tracerFor(trace);
  return previous;
}

function tracerFor(trace: GreenletTrace): SwitchTracer {
  const tracer: Traced = (event, origin, target) =>
    trace(event, [greenletOf(origin as Strand), greenletOf(target as Strand)]);
  tracer.callback = trace;
  return tracer;
}
