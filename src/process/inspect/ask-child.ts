import { context } from "../context.ts";
import type { ProcessInfo, SharedObjectInfo } from "./info-types.ts";
import { infoOf } from "./plain-info.ts";
import type { Askable, Role, Tellers } from "./tellers.ts";

/** Whether whoever asks keeps this process alive until there is an answer. */
export type Holding = "waited for" | "in passing";

/** What a child leaves of its time to those below it, so that its answer is not the one that is late. */
const SHARE = 0.7;

/** Of those that wait for their work. */
const SPARE: Role = { name: "spare", kind: "spare", daemon: true };

/** Timers take no more. */
const LONGEST_MS = 2 ** 31 - 1;

let questions = 0;

/** Asks a child, and those below it by that. It never rejects, and is over at the time `until`. */
export async function askChild(
  child: Askable,
  until: number,
  holding: Holding,
): Promise<ProcessInfo> {
  const self = { ...(child.role ?? SPARE), pid: child.pid };
  if (child.role === undefined) return infoOf(self, { status: "running" });
  if (!child.isTold) return infoOf(self, { status: "starting" });
  if (!child.isConnected) return infoOf(self, { status: "ending" });
  const answer = await answerOf(child, until, holding);
  if (answer === undefined) return silent(self);
  if ("exitcode" in answer) return infoOf(self, { status: "ended", exitcode: answer.exitcode });
  return answer.info;
}

type Heard = { readonly info: ProcessInfo } | { readonly exitcode: number } | undefined;

/** `undefined`: it did not answer in time. */
function answerOf(child: Askable, until: number, holding: Holding): Promise<Heard> {
  const id = ++questions;
  const now = Date.now();
  const left = Math.max(0, until - now);
  return new Promise((resolve) => {
    const end = (heard: Heard) => {
      clearTimeout(timer);
      stop();
      resolve(heard);
    };
    const timer = setTimeout(end, Math.min(left, LONGEST_MS), undefined);
    if (holding === "in passing") timer.unref();
    const stop = child.hear(
      (answer) => answer.id === id && end({ info: answer.info }),
      (exitcode) => end({ exitcode }),
    );
    child.ask({ type: "ask", id, until: now + left * SHARE });
  });
}

/** What it holds and waits for the memory tells, and what it does the system. */
async function silent(self: Role & { readonly pid: number }): Promise<ProcessInfo> {
  const { tellers } = context();
  const [objects, doing] = await Promise.all([
    objectsOf(tellers.objects, self.pid),
    doingOf(self.pid),
  ]);
  return infoOf(self, { status: "silent", objects, ...(doing && { doing }) });
}

/** Memory that is gone tells nothing. */
export async function objectsOf(
  teller: Tellers["objects"],
  pid: number,
): Promise<readonly SharedObjectInfo[]> {
  try {
    return (await teller?.(pid)) ?? [];
  } catch {
    return [];
  }
}

/** The letters that Linux has for what a process does. */
const DOING: Readonly<Record<string, string>> = {
  R: "computing",
  S: "sleeping",
  D: "waiting for a device",
  T: "stopped",
  t: "stopped by a debugger",
  Z: "ended, but not waited for",
  X: "ended, but not waited for",
};

async function doingOf(pid: number): Promise<string | undefined> {
  try {
    const { readFile } = await import("node:fs/promises");
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return DOING[stat[stat.lastIndexOf(")") + 2] as string];
  } catch {
    // Not on this system, or it has just ended.
    return undefined;
  }
}
