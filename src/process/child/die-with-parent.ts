import { orphaned } from "./orphaned.ts";

/** How often a child looks whether it still has its parent, should nothing else have told it. */
const CHECK_MS = 1000;

/**
 * Ends this process when its parent `pid` has ended. The end of the channel says so
 * to one that is idle; one that computes the system kills, where it can be asked.
 */
export async function dieWithParent(pid: number): Promise<void> {
  const { askForParentDeathSignal } = await import("./parent-death-signal.ts");
  askForParentDeathSignal();
  const look = (): void => {
    if (process.ppid !== pid) orphaned();
  };
  // It may have ended before the system was asked.
  look();
  setInterval(look, CHECK_MS).unref();
}
