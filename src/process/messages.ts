import type { LogSettings } from "./logging/log-settings.ts";
import type { FunctionRef } from "./naming/function-ref.ts";
import type { SegmentAddress } from "./shm/segment.ts";

/** What a parent tells a child to be and to do: one message, the first and only one. */
export interface RunMessage {
  readonly type: "run";
  readonly name: string;
  readonly daemon: boolean;
  readonly identity: readonly number[];
  /** In base 64, as all bytes here: the channel carries JSON. */
  readonly authkey: string;
  readonly parent: { readonly name: string; readonly pid: number };
  readonly home: SegmentAddress | undefined;
  readonly logging: LogSettings | undefined;
  /** The program's command line, which modules may read when they are loaded. */
  readonly argv: readonly string[];
  readonly job: Job;
}

/** Comes before that one, with a socket. */
export interface SocketMessage {
  readonly type: "socket";
  /** By which its connection knows it. */
  readonly number: number;
  /** What had been read of it. */
  readonly unread: string;
}

export type Job =
  | {
      readonly type: "work";
      /** The subclass of Process whose object this is. */
      readonly class: FunctionRef | undefined;
      readonly target: FunctionRef | undefined;
      /** What the target is called with, encoded: an array. */
      readonly args: string;
      /** The own properties of an object of a subclass, encoded: an object. */
      readonly data: string | undefined;
      /** What to load before that is decoded. */
      readonly modules: readonly string[];
    }
  | PoolJob
  /** It turned out that it can't run: the child says so, and ends with 1. */
  | { readonly type: "fail"; readonly error: string };

/** To be a worker of a pool. */
export interface PoolJob {
  readonly type: "pool";
  readonly initializer: FunctionRef | undefined;
  /** What it is called with, encoded: an array. */
  readonly initargs: string;
  readonly modules: readonly string[];
  /** How many tasks it works on at a time. */
  readonly concurrency: number;
}

export function toText(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

export function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, "base64"));
}
