/** What a trace hook is told; `fiber` is a `Fiber` of `fibril`. */
export type TraceEvent =
  | { readonly type: "spawn" | "run" | "end"; readonly fiber: object }
  | { readonly type: "park"; readonly fiber: object; readonly reason: string }
  | { readonly type: "wake"; readonly fiber: object };

/**
 * Called synchronously at every step; must neither throw nor wait. Without a
 * hook a step pays one comparison.
 */
export type Tracer = (event: TraceEvent) => void;

/** Told of a switch from one greenlet to another, in the other; may throw into it. */
export type SwitchTracer = (event: "switch" | "throw", origin: object, target: object) => void;
