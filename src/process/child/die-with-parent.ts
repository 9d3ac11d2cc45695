import { platform } from "node:os";
import { loadForeign, mayHaveForeign } from "../shm/load-foreign.ts";
import { orphaned } from "./orphaned.ts";

/** How often a child looks whether it still has its parent, should nothing else have told it. */
const CHECK_MS = 1000;

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9n;

/**
 * Ends this process when its parent `pid` has ended. The end of the channel says so
 * to one that is idle; to one that computes the system does, where it can be asked.
 */
export function dieWithParent(pid: number): void {
  askSystem();
  const look = (): void => {
    if (process.ppid !== pid) orphaned();
  };
  // It may have ended before the system was asked.
  look();
  setInterval(look, CHECK_MS).unref();
}

/** For want of it a child that computes lives on until it looks up. */
function askSystem(): void {
  if (platform() !== "linux" || !mayHaveForeign()) return;
  try {
    const { prctl } = loadForeign().load("libc.so.6", {
      prctl: { takes: ["int", "size", "size", "size", "size"], gives: "int" },
    });
    prctl?.(PR_SET_PDEATHSIG, SIGKILL, 0n, 0n, 0n);
  } catch {
    // No such library, as where the C library is musl: the channel and the clock are left.
  }
}
