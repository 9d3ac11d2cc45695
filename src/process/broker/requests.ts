import { Buffer } from "node:buffer";
import type { FarStep } from "../shm/atomics.ts";
import type { Keeper, Taken } from "../shm/keeper.ts";

type Raw = number | bigint;

/** What a process asks of the one that holds the memory: a line of text, and a message. */
export interface Request {
  /** `ring` is for the process `at`; `ringNext` by the one in slot `a`; `many` for `b` items that are `a` apart; of a flow are those of a Keeper. */
  readonly step: FarStep | "ring" | "ringNext" | "many" | FlowStep;
  readonly at: number;
  readonly type?: string;
  readonly a?: Raw;
  readonly b?: Raw;
  readonly message?: Uint8Array;
}

export type FlowStep = `flow.${Exclude<keyof Keeper, symbol>}`;

/** The answers to a question. */
export const YES = "1";
export const NO = "0";
/** The answer to a put into a full flow. */
export const FULL = "full";

const END_OF_LINE = 10;
/** Of a frame: its length. */
const HEAD = 4;
const NO_BYTES = new Uint8Array();
const encoder = new TextEncoder();

/** As a frame that is nobody else's: it is handed on to another thread. */
export function encodeRequest(request: Request): Uint8Array<ArrayBuffer> {
  const { step, type = "", at, a = 0, b = 0, message = NO_BYTES } = request;
  const line = encoder.encode(`${step} ${type} ${at} ${encodeNumber(a)} ${encodeNumber(b)}\n`);
  const frame = new Uint8Array(HEAD + line.length + message.length);
  new DataView(frame.buffer).setUint32(0, frame.length - HEAD, true);
  frame.set(line, HEAD);
  frame.set(message, HEAD + line.length);
  return frame;
}

/** Its message is a view of the content of the frame. */
export function decodeRequest(content: Buffer): Required<Request> {
  const end = content.indexOf(END_OF_LINE);
  const [step, type = "", at, a = "", b = ""] = content.toString("latin1", 0, end).split(" ");
  return {
    step: step as Request["step"],
    type,
    at: Number(at),
    a: decodeNumber(a),
    b: decodeNumber(b),
    message: content.subarray(end + 1),
  };
}

export function encodeNumber(raw: Raw): string {
  if (typeof raw === "bigint") return `${raw}n`;
  return Object.is(raw, -0) ? "-0" : String(raw);
}

export function decodeNumber(text: string): Raw {
  return text.endsWith("n") ? BigInt(text.slice(0, -1)) : Number(text);
}

/** Of an answer that is text. */
export function textOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}

/** The answer to a take: the state before the message, or a single byte if there is none. */
export function encodeTaken(taken: Taken | undefined): Buffer {
  if (taken === undefined) return Buffer.alloc(1);
  const state = Buffer.alloc(STATE_BYTES);
  state.writeInt32LE(taken.state);
  return Buffer.concat([state, taken.message]);
}

export function decodeTaken(answer: Uint8Array): Taken | undefined {
  if (answer.length < STATE_BYTES) return undefined;
  const state = new DataView(answer.buffer, answer.byteOffset).getInt32(0, true);
  return { state, message: answer.subarray(STATE_BYTES) };
}

const STATE_BYTES = 4;
