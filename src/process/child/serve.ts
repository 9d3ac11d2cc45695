import type { RunMessage } from "../messages.ts";
import { runJob } from "./run-job.ts";
import { keepLinesWhole } from "./whole-lines.ts";

/** The shell's code for a program ended by SIGTERM, which is how an orphan ends. */
const EXIT_OF_ORPHAN = 143;

/** Waits for the one message that says what to do, and does it. */
export function serve(): void {
  // Ctrl-C reaches every process of a terminal; the parent decides what is to become of its children.
  process.on("SIGINT", () => {});
  // The parent's end closes the channel: a child does not outlive it.
  process.on("disconnect", () => process.exit(EXIT_OF_ORPHAN));
  process.once("message", (message: RunMessage) => {
    // From here on the work alone keeps the process alive.
    process.channel?.unref();
    keepLinesWhole();
    void runJob(message);
  });
}
