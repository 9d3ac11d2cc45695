import { runtime } from "../../internal/runtime.ts";

/**
 * Several processes print to one pipe. What is written at once stays whole there
 * (up to 4 KiB, the system's own limit), but Node puts what had to wait into one
 * large write, which the system cuts where it likes.
 */
export function keepLinesWhole(): void {
  // To look at the streams costs Bun 10 ms.
  if (runtime !== "node") return;
  for (const stream of [process.stdout, process.stderr]) {
    (stream as { _writev?: unknown })._writev = undefined;
  }
}
