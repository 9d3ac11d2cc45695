/** What a process logs, and where: its children begin with the same. */
export interface LogSettings {
  /** Less important records are dropped. */
  level: number;
  isPrinting: boolean;
}
