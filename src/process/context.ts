import type { HandedOver } from "./connection/handed-over.ts";
import type { Tellers } from "./inspect/tellers.ts";
import type { LogSettings } from "./logging/log-settings.ts";
import type { SegmentAddress } from "./shm/segment.ts";

/** What a process knows of itself: its parent told it. */
export interface OwnInfo {
  readonly name: string;
  /** What its parent started it for. */
  readonly kind: "process" | "pool worker";
  readonly daemon: boolean;
  /** Its number among its parent's children, after its parent's own: `[1, 2]` in `Process-1:2`. */
  readonly identity: readonly number[];
  readonly authkey: Uint8Array<ArrayBuffer>;
  readonly parent: { readonly name: string; readonly pid: number };
  /** Where it makes what it shares with others, if its parent has such a place. */
  readonly home: SegmentAddress | undefined;
}

interface ProcessContext {
  /** `undefined` in the main process. */
  info: OwnInfo | undefined;
  /** What it calls itself, if it has renamed itself. */
  name: string | undefined;
  /** The module that the child is loading before its work begins. */
  loading: string | undefined;
  /** What `currentProcess` gives. */
  current: object | undefined;
  /** Processes made by this one. */
  made: number;
  /** `undefined`: nobody asked for logging. */
  logging: LogSettings | undefined;
  readonly tellers: Tellers;
  /** The sockets that its parent gave it. */
  readonly sockets: Map<number, HandedOver>;
}

const CONTEXT = Symbol.for("fibril/process/context/1");
const globals = globalThis as { [CONTEXT]?: ProcessContext };

/** On the global object: the child's own files and the program's may be two copies of fibril. */
export function context(): ProcessContext {
  return (globals[CONTEXT] ??= {
    info: undefined,
    name: undefined,
    loading: undefined,
    current: undefined,
    made: 0,
    logging: undefined,
    tellers: {},
    sockets: new Map(),
  });
}
