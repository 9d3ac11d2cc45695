import type { Answer, Question } from "./messages.ts";
import { tellAll } from "./tell-all.ts";

/** Answers the parent. Its timers keep this process alive no longer than its work does. */
export async function answer({ id, until }: Question): Promise<void> {
  // A process that was stopped may find many that nobody waits for any more.
  if (Date.now() > until) return;
  const info = await tellAll(until, "in passing");
  const message: Answer = { type: "answer", id, info };
  // With a callback it is no error if the parent has gone: this process is about to be told.
  process.send?.(message, () => {});
}
