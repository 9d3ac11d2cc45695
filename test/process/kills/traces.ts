/** What processes leave behind, as the system shows it. */
import { readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { sleep } from "fibril";

/** How many of this process's children there are; also such as have ended, and were not reaped. */
export function children(which: "all" | "zombies"): number {
  return readdirSync("/proc/self/task")
    .flatMap((thread) => read(`/proc/self/task/${thread}/children`).split(" "))
    .filter((pid) => pid !== "" && (which === "all" || stateOf(pid) === "Z")).length;
}

/** Other processes with these words in their environment, whoever their parent is by now. */
export function marked(words: string): number {
  const others = readdirSync("/proc").filter(
    (name) => /^\d+$/.test(name) && name !== String(process.pid),
  );
  return others.filter((pid) => read(`/proc/${pid}/environ`).includes(words)).length;
}

/** Open ones, without those of what is of no use any more, where that can be asked for. */
export async function descriptors(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    (globalThis as { gc?: () => void }).gc?.();
    await sleep(5);
  }
  return readdirSync("/proc/self/fd").length;
}

/** Names of memory, and whatever is in the folder for passing files, which is to be one of our own. */
export function names(): string[] {
  const shared = readdirSync("/dev/shm").filter((name) => /^(fibril-|psm_)/.test(name));
  return [...shared, ...readdirSync(tmpdir())];
}

function stateOf(pid: string): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat[stat.lastIndexOf(")") + 2];
}

/** Nothing if the process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
