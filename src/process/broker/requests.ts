import type { FarStep } from "../shm/atomics.ts";

type Raw = number | bigint;

/** What a process asks of the one that holds the memory: a line of text. */
export interface Request {
  /** `ring` is for the process `at`; `many` for `b` items that are `a` apart. */
  readonly step: FarStep | "ring" | "many";
  readonly type: string;
  readonly at: number;
  readonly a: Raw;
  readonly b: Raw;
}

export function encodeRequest({ step, type, at, a, b }: Request): string {
  return `${step} ${type} ${at} ${encodeNumber(a)} ${encodeNumber(b)}`;
}

export function decodeRequest(line: string): Request {
  const [step, type = "", at, a = "", b = ""] = line.split(" ");
  return {
    step: step as Request["step"],
    type,
    at: Number(at),
    a: decodeNumber(a),
    b: decodeNumber(b),
  };
}

export function encodeNumber(raw: Raw): string {
  if (typeof raw === "bigint") return `${raw}n`;
  return Object.is(raw, -0) ? "-0" : String(raw);
}

export function decodeNumber(text: string): Raw {
  return text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text);
}

/** Gives whole lines of a stream of text. */
export class LineReader {
  #rest = "";

  *take(text: string): Generator<string, void, void> {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() as string;
    yield* lines;
  }
}
