import type { Parked } from "./park.ts";

/** A flag: neither keeps the program alive nor counts for LoopExit. */
export const DAEMON = 1;
/** A flag: no fiber that anybody spawned, but a wait of the main program or of an async body. */
export const GUEST = 2;

/** Something that runs one step of itself when its turn comes: a fiber. */
export interface Runnable extends Parked {
  readonly id: number;
  readonly dead: boolean;
  runStep(): void;
  /** Bits: plain numbers, since every spawn and every end asks for them. */
  readonly flags: number;
  /** Neighbours in the roster of live fibers. */
  next: Runnable | undefined;
  previous: Runnable | undefined;
}

/** What the ready ring holds: fibers, and Effect's tasks and other callbacks. */
export type Task = Runnable | (() => void);
