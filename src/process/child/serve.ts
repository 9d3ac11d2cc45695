import type { RunMessage } from "../messages.ts";
import { orphaned } from "./orphaned.ts";
import { runJob } from "./run-job.ts";
import { keepLinesWhole } from "./whole-lines.ts";

/** A child that has nothing to do for so long is a spare one. */
const SPARE_MS = 50;

/** Waits for the one message that says what to do, and does it. */
export function serve(): void {
  // Ctrl-C reaches every process of a terminal; the parent decides what is to become of its children.
  process.on("SIGINT", () => {});
  process.on("disconnect", orphaned);
  // What most work needs takes longer to load than all else: a spare one has it ready.
  const warming = setTimeout(() => void import("../queue/queue.ts"), SPARE_MS);
  process.once("message", (message: RunMessage) => {
    clearTimeout(warming);
    // From here on the work alone keeps the process alive.
    process.channel?.unref();
    keepLinesWhole();
    void runJob(message);
  });
}
