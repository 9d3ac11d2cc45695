import { placeOf, Site } from "../fiber/site.ts";

/** Where fibril's own modules lie: `src/`, or `dist/` in the package. */
const { pathname: home } = new URL("..", import.meta.url);
/** Frames of runtimes and of Effect are not the program's own, either. */
const foreign = /[ (](?:node|ext|bun):|\(native\b|native code|<anonymous>|\/node_modules\/effect\//;

/** Where the program called fibril: the innermost frame that is the program's own. */
export class CallSite {
  readonly #site: Site;

  /** The stack above `caller`. */
  constructor(caller: (...args: never[]) => unknown) {
    this.#site = new Site(caller);
  }

  /** File, line and column; `undefined` if fibril called itself. */
  get location(): string | undefined {
    const frame = this.#site.frames.find(isOwn);
    return frame && placeOf(frame);
  }

  /** The name of fibril's function that was called. */
  get callee(): string | undefined {
    const { frames } = this.#site;
    const last = frames[frames.findIndex(isOwn) - 1];
    return last && /^at (?:async |new )?(?:.*\.)?(\w+) (?:\[as \w+\] )?\(/.exec(last)?.[1];
  }
}

/** Whether a frame is of the program, not of fibril, Effect or the runtime. */
export function isOwn(frame: string): boolean {
  if (foreign.test(frame)) return false;
  return !frame.includes(home) || frame.includes(`${home}examples/`);
}
