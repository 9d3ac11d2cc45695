/** The shell's code for a program ended by SIGTERM, which is how an orphan ends. */
const EXIT_OF_ORPHAN = 143;

/** The parent's end closes the channel: a child does not outlive it. */
export function orphaned(): void {
  process.exit(EXIT_OF_ORPHAN);
}
