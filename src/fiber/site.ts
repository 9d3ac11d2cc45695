import { host } from "../internal/host.ts";

/** As deep as gevent's `spawning_stack`. */
const STACK_DEPTH = 10;

/** Where a fiber was spawned. The stack is made into text only when somebody asks. */
export class Site {
  readonly #holder: { stack?: string };

  /** The stack above `caller`. */
  constructor(caller: (...args: never[]) => unknown) {
    const holder: { stack?: string } = {};
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = STACK_DEPTH;
    Error.captureStackTrace(holder, caller);
    Error.stackTraceLimit = limit;
    this.#holder = holder;
  }

  /** The frames, innermost first, as the runtime writes them. */
  get frames(): string[] {
    const lines = (this.#holder.stack ?? "").split("\n").map((line) => line.trim());
    return lines.filter((line) => line.startsWith("at "));
  }

  /** File, line and column of the spawn. */
  get location(): string | undefined {
    const [innermost] = this.frames;
    return innermost && placeOf(innermost);
  }
}

/** File, line and column of a frame: relative to the working directory, as a terminal makes a link of it. */
export function placeOf(frame: string): string {
  // `at run (file:///app/main.ts:3:7)`, or without a function's name.
  const place = frame.replace(/^at (?:async )?/, "").replace(/^.*\((.*)\)$/, "$1");
  const path = place.replace("file://", "");
  const directory = `${host.process.cwd()}/`;
  return path.startsWith(directory) ? path.slice(directory.length) : path;
}
