import type { Parked } from "./park.ts";

/** Something that runs one step of itself when its turn comes: a fiber. */
export interface Runnable extends Parked {
  readonly id: number;
  readonly dead: boolean;
  runStep(): void;
  /** Neither keeps the program alive nor counts as waiting. */
  readonly daemon: boolean;
  /** No fiber that anybody spawned, but a wait of the main program or of an async body. */
  readonly isGuest: boolean;
  /** Neighbours in the roster of live fibers. */
  next: Runnable | undefined;
  previous: Runnable | undefined;
}

/** What the ready ring holds: fibers, and Effect's tasks and other callbacks. */
export type Task = Runnable | (() => void);
