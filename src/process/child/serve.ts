import type { Socket } from "node:net";
import { context } from "../context.ts";
import { dieAsAsked, fault } from "../fault.ts";
import { isQuestion } from "../inspect/messages.ts";
import { type RunMessage, type SocketMessage, toBytes } from "../messages.ts";
import { orphaned } from "./orphaned.ts";
import { runJob } from "./run-job.ts";
import { keepLinesWhole } from "./whole-lines.ts";

/** A child that has nothing to do for so long is a spare one. */
const SPARE_MS = 50;

/** Waits for the one message that says what to do, and does it. */
export function serve(): void {
  dieAsAsked();
  fault?.("child.started");
  // Ctrl-C reaches every process of a terminal; the parent decides what is to become of its children.
  process.on("SIGINT", () => {});
  process.on("disconnect", orphaned);
  // What most work needs takes longer to load than all else: a spare one has it ready.
  const warming = setTimeout(() => void import("../queue/queue.ts"), SPARE_MS);
  process.on("message", function take(message: RunMessage | SocketMessage, socket: unknown) {
    if (message.type === "socket") return keep(message, socket as Socket);
    process.off("message", take);
    fault?.("child.told");
    clearTimeout(warming);
    // From here on the work alone keeps the process alive.
    process.channel?.unref();
    process.on("message", answer);
    keepLinesWhole();
    void runJob(message);
  });
}

/** It is for a connection among the arguments that are about to come. */
function keep({ number, unread }: SocketMessage, socket: Socket | undefined): void {
  // The system did not hand it over: whoever wants the connection is told.
  if (socket === undefined) return;
  // An error is told again when it is used.
  socket.on("error", () => {});
  socket.unref();
  context().sockets.set(number, { socket, unread: toBytes(unread) });
}

/** Somebody wants to know what this process is doing: what that takes is loaded only then. */
function answer(message: unknown): void {
  if (!isQuestion(message)) return;
  void import("../inspect/answer.ts").then(({ answer }) => answer(message));
}
