import { placeOf, Site } from "../fiber/site.ts";

/** Where fibril's own modules lie: in `src/`, and in the package in `dist/`, though Bun names those of `src/`. */
const homes = ["..", "../../src/"].map((path) => new URL(path, import.meta.url).pathname);
/** Frames of runtimes and of Effect are not the program's own, either; Bun has some of an unknown file. */
const foreign =
  /[ (](?:node|ext|bun|unknown):|\(native\b|native code|<anonymous>\)?$|\/node_modules\/effect\//;

/** What runs a callback, or a module that is loaded: whatever that called, it was not the program. */
const runtime = /[ (](?:node|ext|bun):/;

/** Where the program called fibril: the innermost frame that is the program's own. */
export class CallSite {
  readonly #site: Site;

  /** The stack above `caller`. */
  constructor(caller: (...args: never[]) => unknown) {
    this.#site = new Site(caller);
  }

  /** File, line and column; `undefined` if fibril called itself, or was being loaded. */
  get location(): string | undefined {
    const [inner = "", frame] = this.#frames;
    return frame === undefined || runtime.test(inner) ? undefined : placeOf(frame);
  }

  /** The name of fibril's function that was called, `new Channel` if that was a constructor. */
  get callee(): string | undefined {
    const [inner = ""] = this.#frames;
    return /^at (?:async )?(?:.*\.)?((?:new )?\w+) (?:\[as \w+\] )?\(/.exec(inner)?.[1];
  }

  /** The innermost frame that is the program's own, and before it the one that this called. */
  get #frames(): readonly [inner: string | undefined, own: string | undefined] {
    const { frames } = this.#site;
    const index = frames.findIndex(isOwn);
    return [frames[index - 1], frames[index]];
  }
}

/** Whether a frame is of the program, not of fibril, Effect or the runtime. */
export function isOwn(frame: string): boolean {
  if (foreign.test(frame)) return false;
  const home = homes.find((each) => frame.includes(each));
  return home === undefined || frame.includes(`${home}examples/`);
}
