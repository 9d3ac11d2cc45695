import type { ProcessInfo } from "./info-types.ts";

/** On the channel to a child: what it and those below it are doing. */
export interface Question {
  readonly type: "ask";
  /** Answers that come too late have another one. */
  readonly id: number;
  /** When nobody waits for the answer any more: by the system's clock, which all processes share. */
  readonly until: number;
}

/** And back. */
export interface Answer {
  readonly type: "answer";
  readonly id: number;
  readonly info: ProcessInfo;
}

export function isQuestion(message: unknown): message is Question {
  return typeOf(message) === "ask";
}

export function isAnswer(message: unknown): message is Answer {
  return typeOf(message) === "answer";
}

function typeOf(message: unknown): unknown {
  return (message as { readonly type?: unknown } | null)?.type;
}
