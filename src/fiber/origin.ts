import type * as Context from "effect/Context";
import { type Frame, host } from "../internal/host.ts";
import { hub } from "../scheduler/hub.ts";
import type { Runnable } from "../scheduler/task.ts";
import { Site } from "./site.ts";

/**
 * A stack costs 1 us or more, as much as two spawns. So many are taken in one
 * turn (2 ms) and no more: a program with fibers by the dozen gets every site,
 * one that spawns 100,000 in a loop pays 3 %.
 */
const SITES_PER_TURN = 64;

const debug = host.environment("FIBRIL_DEBUG") === "1";

/** Where a fiber comes from. One object for all that a loop spawns: it saves 40 bytes a fiber. */
export class Origin {
  /** The name of the body's function, if it has one. */
  readonly label: string;
  /** The Effect services and references that the body runs with. */
  readonly context: Context.Context<never>;
  /** The async-context frame of its steps, where that is not the empty one. */
  readonly asyncFrame: Frame;
  readonly spawner: Runnable | undefined;
  readonly site: Site | undefined;

  constructor(
    label: string,
    context: Context.Context<never>,
    asyncFrame: Frame = undefined,
    spawner: Runnable | undefined = undefined,
    site: Site | undefined = undefined,
  ) {
    this.label = label;
    this.context = context;
    this.asyncFrame = asyncFrame;
    this.spawner = spawner;
    this.site = site;
  }

  in(context: Context.Context<never>): Origin {
    return new Origin(this.label, context, this.asyncFrame, this.spawner, this.site);
  }

  /** For a fiber that has ended: a chain of spawners must not keep every dead ancestor. */
  left(): Origin {
    const { spawner } = this;
    if (this.asyncFrame === undefined && spawner?.dead !== true) return this;
    const living = spawner?.dead === true ? undefined : spawner;
    return new Origin(this.label, this.context, undefined, living, this.site);
  }
}

interface Last {
  readonly origin: Origin;
  readonly body: unknown;
}

let turn = -1;
let taken = 0;
let last: Last | undefined;

/**
 * The origin of a fiber that is spawned now, with the stack above `caller`. Past
 * the turn's limit a spawn of the same body by the same spawner shares the last
 * one's, stack included: it is the same loop.
 */
export function originOf(
  body: unknown,
  caller: (...args: never[]) => unknown,
  context: Context.Context<never>,
  spawner: Runnable | undefined,
): Origin {
  const asyncFrame = host.frames.capture();
  if (turn !== hub.turns) {
    turn = hub.turns;
    taken = 0;
    last = undefined;
  }
  const mayTake = ++taken <= SITES_PER_TURN || debug;
  if (!mayTake && last !== undefined && last.body === body) {
    const { origin } = last;
    const isSame = origin.context === context && origin.asyncFrame === asyncFrame;
    if (isSame && origin.spawner === spawner) return origin;
  }
  const label = typeof body === "function" ? body.name : "";
  const site = mayTake ? new Site(caller) : undefined;
  const origin = new Origin(label, context, asyncFrame, spawner, site);
  last = { origin, body };
  return origin;
}
