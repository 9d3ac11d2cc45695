import type { RunMessage } from "../messages.ts";
import { orphaned } from "./orphaned.ts";
import { runJob } from "./run-job.ts";
import { keepLinesWhole } from "./whole-lines.ts";

/** Waits for the one message that says what to do, and does it. */
export function serve(): void {
  // Ctrl-C reaches every process of a terminal; the parent decides what is to become of its children.
  process.on("SIGINT", () => {});
  process.on("disconnect", orphaned);
  process.once("message", (message: RunMessage) => {
    // From here on the work alone keeps the process alive.
    process.channel?.unref();
    keepLinesWhole();
    void runJob(message);
  });
}
