import { pathToFileURL } from "node:url";

/** A stack is made into text only when somebody asks: that costs more than to take it. */
export interface Trace {
  readonly stack?: string;
}

/** The stack above `caller`. */
export function traceAbove(caller: (...args: never[]) => unknown): Trace {
  const trace: Trace = {};
  Error.captureStackTrace(trace, caller);
  return trace;
}

/** The URL of the module whose code made the call, if that is a file. */
export function moduleOf({ stack = "" }: Trace): string | undefined {
  for (const line of stack.split("\n")) {
    const place = /(?:\(|at (?:async )?)((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):\d+:\d+\)?$/.exec(
      line,
    );
    const [, file] = place ?? [];
    if (file !== undefined) return file.startsWith("file:") ? file : pathToFileURL(file).href;
  }
  return undefined;
}
