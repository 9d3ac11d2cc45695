import type { LineHandle } from "./line-handle.ts";

/**
 * What a pool and its workers tell each other. A packet holds several orders, or
 * answers, as one JSON text; values that JSON does not give back exactly stand
 * beside it, encoded, and the text has their numbers.
 */
export interface Packet {
  readonly text: string;
  readonly bytes: readonly Uint8Array[];
}

/** A value in a packet: itself in an array of one, the number of its bytes, or a list of such. */
export type Data = readonly [unknown] | number | { readonly of: readonly Data[] };

/** How a task is run: these are added up. */
export const MANY = 1;
/** Each item is the list of the arguments. */
export const SPREAD = 2;
/** An item that fails does not keep those behind it from being run. */
export const EACH = 4;
/** As a fiber, which can be killed. */
export const FIBER = 8;

/** What a worker is told. */
export type Order =
  | readonly [type: "define", fn: number, ref: unknown]
  | readonly [type: "load", modules: readonly string[]]
  | readonly [type: "kill", task: number, reason: Data]
  /** Another way for all that follows; the answer says whether it can be taken. */
  | readonly [type: "line", handle: LineHandle]
  /** What was not begun was taken back; what follows is new. */
  | readonly [type: "again", round: number]
  | readonly [type: "end"]
  | readonly [task: number, fn: number, how: number, input: Data];

/** How a task ended. */
export const VALUE = 0;
export const ERROR = 1;
/** What it gave can't be sent: the answer tells what and why. */
export const UNSENDABLE = 2;
/** Those of `EACH`: the values, and the errors by their place. */
export const OUTCOMES = 3;

/** What a worker tells. */
export type Answer =
  | readonly [type: "ready"]
  | readonly [type: "failed", error: Data]
  /** Of those that can be killed: from now on its time counts. */
  | readonly [type: "begun", task: number]
  | readonly [type: "load", modules: readonly string[]]
  | readonly [type: "line", isOpen: boolean]
  | readonly [task: number, micros: number, kind: number, result: Data];

/** What the value of a task of the kind OUTCOMES is. */
export interface Outcomes {
  readonly values: readonly unknown[];
  readonly errors: readonly (readonly [index: number, error: unknown])[];
}
