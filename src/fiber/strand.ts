import type { Frame } from "./extra.ts";
import type { FiberState } from "./fiber-state.ts";
import { NEW } from "./state.ts";

/** Not begun: what it is switched to with becomes the arguments of its `run`. */
export const UNSTARTED = 0;
/** In a switch of its own, driven by no fiber. */
export const SUSPENDED = 1;
/** Its fiber drives it: it runs, or waits with the fiber. */
export const DRIVEN = 2;
export const ENDED = 3;

/** What a greenlet runs, read when it is begun. */
export interface Runner {
  readonly run?: unknown;
}

/**
 * A stack of generators that a fiber can drive in place of its own body: what
 * a greenlet is made of. It belongs to the fiber that drives it, and to none
 * while it is suspended.
 */
export class Strand {
  /** The greenlet; made on first need for a fiber's own strand. */
  owner: Runner | undefined;
  /** Who goes on when it ends; `undefined` for a fiber's own. */
  parent: Strand | undefined;
  /** Whose greenlet it is known by: guests of the main program share one. */
  readonly identity: Strand;
  /** A fiber's own strand: the fiber, for its name and its end. */
  readonly home: FiberState | undefined;
  status: number;
  /** Its innermost frame, while it is suspended. */
  frame: Frame | undefined = undefined;
  /** The callers of that, always: the fiber that drives it works on this very list. */
  readonly callers: Frame[];
  #runs: string | undefined;

  constructor(
    owner: Runner | undefined,
    parent: Strand | undefined,
    home: FiberState | undefined,
    identity?: Strand,
    callers: Frame[] = [],
  ) {
    this.owner = owner;
    this.parent = parent;
    this.home = home;
    this.identity = identity ?? this;
    this.callers = callers;
    this.status = parent === undefined ? DRIVEN : UNSTARTED;
  }

  /** Gets its first frame; `name` is that of its function, which its greenlet forgets. */
  begin(frame: Frame, name: string): void {
    this.frame = frame;
    this.#runs = name;
  }

  end(): void {
    this.status = ENDED;
    this.frame = undefined;
    this.callers.length = 0;
  }

  get dead(): boolean {
    return this.home?.dead ?? this.status === ENDED;
  }

  get started(): boolean {
    const { home } = this;
    const isBegun = home === undefined ? this.status !== UNSTARTED : home.state !== NEW;
    return isBegun && !this.dead;
  }

  /** For errors: the name of its function or class, or of the fiber whose own it is. */
  get name(): string {
    if (this.parent === undefined) return this.home?.name ?? "main";
    const { owner } = this;
    const run = owner?.run;
    const name = this.#runs ?? (typeof run === "function" ? run.name : "");
    return name === "" || name === "run" ? (owner?.constructor.name ?? "greenlet") : name;
  }
}
