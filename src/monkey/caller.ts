import { host } from "../internal/host.ts";
import { builtin } from "./builtin.ts";
import { HOME } from "./home.ts";

/** A frame that says nothing of who called: built-in functions, and `util.promisify` in between. */
const PASSING = /\(?(?:<anonymous>|native)\)?$|[( ](?:node|ext):(?:deno_node\/)?internal\/util[:.]/;

/** The runtime's own code, such as an HTTP agent that opens its socket. */
const RUNTIME = /[( ](?:node|ext|deno|bun):/;

/** Where packages lie: on disk, in Deno's cache, on the web. */
const PACKAGES =
  /[\\/](?:node_modules|npm[\\/](?:registry\.npmjs\.org|localhost))[\\/]|https?:\/\//;

/** What drives the bodies of fibers, in the sources and in the build. */
const DRIVERS: readonly string[] = ["src/fiber/", "dist/shared/fibril.js", "dist/shared/base.js"];

/** Enough to look behind `new Promise`, `forEach` and `util.promisify`. */
const DEPTH = 4;

/**
 * Only who called directly, for what is called by the thousand: V8 follows no chain
 * of `await`s for that, and keeps a third. Whom a built-in function calls is nobody's.
 */
export const DIRECT = 1;

/**
 * Who called a function of the host, looked up only when it matters. To take the
 * stack costs a microsecond, to read it several.
 */
export class Caller {
  declare readonly stack?: string;
  /** What was read. */
  #found: { readonly frame: string | undefined } | undefined;

  /**
   * @param callee the function that was called: the frames above it count
   * @param depth how many of them
   */
  constructor(callee: (...args: never[]) => unknown, depth: number = DEPTH) {
    const { stackTraceLimit } = Error;
    // On Bun the one that called directly may have left the stack.
    Error.stackTraceLimit = host.runtime === "bun" ? DEPTH : depth;
    Error.captureStackTrace(this, callee);
    Error.stackTraceLimit = stackTraceLimit;
  }

  /** The innermost frame that tells who it was, as the runtime writes it. */
  get frame(): string | undefined {
    this.#found ??= { frame: this.#frames.find((line) => !PASSING.test(line)) };
    return this.#found.frame;
  }

  /** Whether it was called in `new Promise(…)`, where an error becomes a rejection. */
  get isExecutor(): boolean {
    return this.#frames.some((line) => line.startsWith("at new Promise "));
  }

  get #frames(): string[] {
    const { stack } = this as { readonly stack?: unknown };
    // A program's own `Error.prepareStackTrace` may give anything.
    if (typeof stack !== "string") return [];
    const lines = stack.split("\n").map((line) => line.trim());
    return lines.filter((line) => line.startsWith("at "));
  }

  /** Whether it was neither the runtime nor fibril: the program's code or a package's. */
  get isUser(): boolean {
    const { frame } = this;
    if (frame === undefined || RUNTIME.test(frame)) return false;
    return !isOurs(frame, "src/", "dist/") || isOurs(frame, "src/examples/") || this.#isBody;
  }

  /** A body that ends in a call has left the stack on Bun: what drives it makes no call of its own. */
  get #isBody(): boolean {
    return isOurs(this.frame, ...DRIVERS);
  }

  /** Whether it was code that the program only uses. */
  get isPackage(): boolean {
    return this.isUser && !this.isProgram;
  }

  /**
   * Whether it was the program's own code. A connection pool or a limiter of a
   * package that some fiber happens to be the first to use serves all of them:
   * what it sets up must not end with that fiber.
   */
  get isProgram(): boolean {
    if (!this.isUser) return false;
    const { frame = "" } = this;
    if (this.#isBody || !PACKAGES.test(frame)) return true;
    command ??= commandFolder();
    // Its own dependencies may lie inside it.
    const [, inside] = command === "" ? [] : frame.split(command);
    return inside !== undefined && !PACKAGES.test(inside);
  }
}

const isOurs = (frame: string | undefined, ...places: readonly string[]): boolean =>
  HOME !== undefined && places.some((place) => frame?.includes(HOME + place));

/** The package that the program itself is, a command among the packages; empty if it is none. */
let command: string | undefined;

function commandFolder(): string {
  const [, script = ""] = process.argv;
  if (!/[\\/]node_modules[\\/]/.test(script)) return "";
  // `node_modules/.bin` holds links.
  const { realpathSync } = builtin<{ realpathSync(path: string): string }>("fs");
  const folder = /^.*[\\/](node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+[\\/])/;
  return folder.exec(realpathSync(script))?.[1] ?? "";
}
