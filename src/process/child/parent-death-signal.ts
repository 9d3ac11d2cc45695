import { platform } from "node:os";
import { loadForeign, mayHaveForeign } from "../shm/load-foreign.ts";

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9n;

/** Asks the system to kill this process when its parent ends, where it can be asked. */
export function askForParentDeathSignal(): void {
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
