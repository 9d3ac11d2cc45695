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
    // `at run (file:///app/main.ts:3:7)`, or without a function's name.
    const place = this.frames[0]?.replace(/^at (?:async )?/, "").replace(/^.*\((.*)\)$/, "$1");
    return place === undefined ? undefined : shorten(place.replace("file://", ""));
  }
}

/** Relative to the working directory, as a terminal makes a link of it. */
function shorten(path: string): string {
  const directory = `${host.process.cwd()}/`;
  return path.startsWith(directory) ? path.slice(directory.length) : path;
}
