/** Where packages lie: on disk, and in Deno's cache. */
const PACKAGES = /[\\/](?:node_modules|npm[\\/](?:registry\.npmjs\.org|localhost))[\\/]/;

/**
 * Who called a function of the host, looked up only when it matters. To take the
 * stack costs a microsecond, to read it several.
 */
export class Caller {
  declare readonly stack?: string;

  constructor(callee: (...args: never[]) => unknown) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 1;
    Error.captureStackTrace(this, callee);
    Error.stackTraceLimit = stackTraceLimit;
  }

  /**
   * Whether it was a package's code and not the program's own. A connection pool
   * or a limiter that some fiber happens to be the first to use serves all of
   * them: what it sets up must not end with that fiber.
   */
  get isPackage(): boolean {
    return PACKAGES.test(this.stack ?? "");
  }
}
