import { host } from "../internal/host.ts";
import { hub } from "../scheduler/hub.ts";

/**
 * A stack costs 1 us or more, as much as two spawns. So many are taken in one
 * turn (2 ms) and no more: a program with fibers by the dozen gets every site,
 * one that spawns 100,000 in a loop pays 3 %.
 */
const SITES_PER_TURN = 64;

/** As deep as gevent's `spawning_stack`. */
const STACK_DEPTH = 10;

const debug = host.environment("FIBRIL_DEBUG") === "1";

/** Where a fiber was spawned. The stack is made into text only when somebody asks. */
export class Site {
  readonly #holder: { stack?: string };

  constructor(holder: { stack?: string }) {
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

let turn = -1;
let taken = 0;
let last: { site: Site; body: unknown; spawner: unknown; turn: number } | undefined;

/**
 * The stack above `caller`. Past the turn's limit a spawn of the same body by
 * the same spawner takes the last one's site, as in a loop it is the same.
 */
export function captureSite(
  body: unknown,
  caller: (...args: never[]) => unknown,
): Site | undefined {
  if (turn !== hub.turns) {
    turn = hub.turns;
    taken = 0;
  }
  if (++taken > SITES_PER_TURN && !debug) {
    const same = last?.body === body && last?.spawner === hub.current && last?.turn === turn;
    return same ? last?.site : undefined;
  }
  const holder: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = STACK_DEPTH;
  Error.captureStackTrace(holder, caller);
  Error.stackTraceLimit = limit;
  const site = new Site(holder);
  last = { site, body, spawner: hub.current, turn };
  return site;
}
