/** An error on its way into a fiber: a kill, a timeout, a deadlock report. */
export interface Strike {
  readonly error: unknown;
  /**
   * How many `uninterruptible` regions the fiber was in when the strike's cause
   * began: 0 for whatever comes from outside. It waits while the fiber is deeper.
   */
  readonly level: number;
}
