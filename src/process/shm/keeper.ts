/** What a flow holds at a moment. */
export interface Kept {
  /** Messages. */
  readonly count: number;
  readonly bytes: number;
}

/** A message that was taken out, and the state of its flow's cell before that. */
export interface Taken {
  readonly state: number;
  readonly message: Uint8Array;
}

/** No more is taken in where there is so much. */
export interface Limits {
  readonly count: number;
  readonly bytes: number;
}

/**
 * Keeps the messages of flows for processes that share no memory: one process does
 * so for all. Each step is done at once, or not at all. A flow goes by the cell of
 * those who wait for its messages, and its cells count as those of a ring do.
 */
export interface Keeper {
  /** A new flow; `space` is the cell of those who wait for room. */
  make(flow: number, space: number): void;
  /** This process has it open; false if it is gone: no process had it, and it was on its way to none. */
  open(flow: number): boolean;
  /** Once for each time that it was opened. */
  close(flow: number): void;
  /** It goes to another process; gives the ticket that it has until it arrives. */
  send(flow: number): number;
  /** It has come there, or is lost; to say so twice is nothing. */
  arrive(flow: number, ticket: number): void;
  /** Gives the state of the flow's cell before; undefined if it is full. */
  put(flow: number, message: Uint8Array, limits: Limits): number | undefined;
  /** @param desk the word that counts what this process takes; 0: nobody counts. */
  take(flow: number, desk: number): Taken | undefined;
  /** Puts what was taken back in front; gives the state as `put` does. */
  giveBack(flow: number, message: Uint8Array, desk: number): number;
  measure(flow: number): Kept;
  /** Counts one task as done, in the words at `tasks` and at the desk of this process; false if all are. */
  report(flow: number, tasks: number, desk: number): boolean;
}
