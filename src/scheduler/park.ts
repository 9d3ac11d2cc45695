/**
 * Why a fiber stands still, and how it is taken off whatever would wake it.
 * Everything that parks gives one of these: reports, dumps and kills live on it.
 */
export interface Park {
  /**
   * Takes the fiber off. `true`: done, the fiber can be resumed at once;
   * `false`: the other side still has finalizers to run and resumes it itself.
   */
  cancel(): boolean;
  /** For reports, such as `sleep(2 seconds)` or `join(worker-1)`. */
  describe(): string;
  /** The one fiber without whose act this one can't go on, where that is certain. */
  holder?(): Parked | undefined;
  /** All fibers that it waits for, for reports; the holder alone if absent. */
  holders?(): readonly Parked[];
}

/** What the deadlock report wants to know of a fiber. */
export interface Parked {
  readonly name: string;
  readonly park: Park | undefined;
  readonly spawnSite: string | undefined;
  /** Whether a timeout or a signal may still get it out. */
  readonly mayBeStruck: boolean;
}
