import { type ChildProcess, fork } from "node:child_process";
import { existsSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import type { EndWatcher } from "../net/ending.ts";
import type { HandedOver } from "./connection/handed-over.ts";
import { context } from "./context.ts";
import { expectGuest, sweepAll } from "./family.ts";
import { fault } from "./fault.ts";
import type { ProcessInfo } from "./inspect/info-types.ts";
import { type Answer, isAnswer, type Question } from "./inspect/messages.ts";
import { infoOf } from "./inspect/plain-info.ts";
import type { Askable, Role } from "./inspect/tellers.ts";
import { type RunMessage, type SocketMessage, toText } from "./messages.ts";
import type { PacketMessage } from "./pool/port.ts";
import { ProcessError } from "./process-error.ts";

/** Beside this file in the sources; the build gives it a file of its own. */
const ENTRY = import.meta.url.endsWith(".ts")
  ? new URL("./child/entry.ts", import.meta.url)
  : new URL("../process/child.js", import.meta.url);

/** In the environment of a child that runs the program itself, for want of a file of its own. */
export const CHILD_MARK = "FIBRIL_CHILD";

/** After the end of a process its channel closes in a few ms; where a host does not say so this is enough to have read it. */
const SILENCE_MS = 200;

/** All that live, spares included: whatever ends this program ends them. */
const living: Set<Child> = new Set();

/** How many of those that have ended are remembered for reports: more than anybody reads are of no use. */
const MOST_ENDED = 16;
const ended: ProcessInfo[] = [];

context().tellers.children = () => living;
context().tellers.ended = () => ended;

/** Owns one process of the system, from its start to its end. */
export class Child implements EndWatcher, Askable {
  readonly pid: number;
  role: Role | undefined;
  isTold = false;
  readonly #child: ChildProcess;
  /** Those that this program is to wait for: it is, and whoever joins it. */
  #holds = 1;

  constructor() {
    killAtExit();
    const child = forkChild();
    // Without a listener the failure to start, or to be sent to, would end this program.
    child.on("error", () => {});
    if (child.pid === undefined) {
      throw new ProcessError(
        "Cannot start a process: the system refused it; are too many processes or files open?",
      );
    }
    this.pid = child.pid;
    this.#child = child;
    living.add(this);
    child.once("exit", (code, signal) => {
      if (child.connected) disconnectLater(child);
      living.delete(this);
      if (this.role !== undefined) remember(this.role, this.pid, exitcodeOf(code, signal));
      // First of all: who waits for its end finds its locks free.
      sweepAll(this.pid);
    });
  }

  /** Calls `listener` with the exit code, `-N` if signal N ended it. */
  onExit(listener: (exitcode: number) => void): void {
    this.#child.once("exit", (code, signal) => listener(exitcodeOf(code, signal)));
  }

  get isAlive(): boolean {
    return living.has(this);
  }

  /** Calls `listener` with each message of the child's. */
  onMessage(listener: (message: never) => void): void {
    this.#child.on("message", listener as (message: unknown) => void);
  }

  /** Calls `listener` once nothing comes from it any more: after its end what it had sent may still come. */
  onSilence(listener: () => void): void {
    const child = this.#child;
    child.once("exit", () => {
      if (child.connected) child.once("disconnect", listener);
      else listener();
    });
  }

  send(message: RunMessage | PacketMessage): void {
    expectGuest(this.pid);
    this.isTold = true;
    this.#child.send(message);
    fault?.("start.sent");
  }

  /** What is sent after it comes after it. The socket is the child's from now on. */
  sendSocket(number: number, { socket, unread }: HandedOver): void {
    const message: SocketMessage = { type: "socket", number, unread: toText(unread) };
    this.#child.send(message, socket, {}, () => socket.destroy());
  }

  get isConnected(): boolean {
    return this.#child.connected;
  }

  ask(question: Question): void {
    // With a callback it is no error if it has just ended.
    this.#child.send(question, () => {});
  }

  hear(told: (answer: Answer) => void, ended: (exitcode: number) => void): () => void {
    const child = this.#child;
    const onMessage = (message: unknown) => isAnswer(message) && told(message);
    const onExit = (code: number | null, signal: NodeJS.Signals | null) =>
      ended(exitcodeOf(code, signal));
    child.on("message", onMessage);
    child.once("exit", onExit);
    return () => {
      child.off("message", onMessage);
      child.off("exit", onExit);
    };
  }

  /** Nothing happens if it has ended. By the process id: Deno takes what `ChildProcess.kill` sends for how it ended. */
  signal(name: NodeJS.Signals): void {
    if (!this.isAlive) return;
    try {
      process.kill(this.pid, name);
    } catch (error) {
      // It has ended, and we are about to be told.
      if ((error as { readonly code?: unknown }).code !== "ESRCH") throw error;
    }
  }

  /** While there is nobody to wait for it, it does not keep this program alive. */
  lift(by: 1 | -1): void {
    const before = this.#holds;
    this.#holds += by;
    // Bun's channel has neither.
    const channel = this.#child.channel as Partial<NodeJS.RefCounted> | null | undefined;
    if (before === 0) {
      this.#child.ref();
      channel?.ref?.();
    } else if (this.#holds === 0) {
      this.#child.unref();
      channel?.unref?.();
    }
  }
}

function exitcodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  // A killed Deno says both.
  return signal === null ? (code ?? 0) : -constants.signals[signal];
}

/** Of workers only those that failed: others come and go. */
function remember(role: Role, pid: number, exitcode: number): void {
  if (role.kind === "pool worker" && exitcode === 0) return;
  ended.push(infoOf({ ...role, pid }, { status: "ended", exitcode }));
  if (ended.length > MOST_ENDED) ended.shift();
}

function forkChild(): ChildProcess {
  const entry = fileURLToPath(ENTRY);
  const isFrozen = !existsSync(entry);
  return fork(isFrozen ? (process.argv[1] as string) : entry, [], {
    serialization: "json",
    // stdin is empty, as Python has it: two processes that read one terminal would share its lines out.
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    ...(isFrozen && { env: { ...process.env, [CHILD_MARK]: "1" } }),
  });
}

/** Once its channel was unref'd and ref'd, Deno does not see it close, and lives for ever. */
function disconnectLater(child: ChildProcess): void {
  const timer = setTimeout(() => child.disconnect(), SILENCE_MS);
  child.once("disconnect", () => clearTimeout(timer));
}

let isWatching = false;

/**
 * At the end of the program daemons and spares are told to end. Others live on
 * only where it ends by `process.exit`; they go with it. Where a signal ends it,
 * the end of the channel does the same.
 */
function killAtExit(): void {
  if (isWatching) return;
  isWatching = true;
  process.on("exit", () => {
    for (const child of living) child.signal("SIGTERM");
  });
}
