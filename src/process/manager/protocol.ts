/** What a client asks of a manager's server, behind the message's number, by which it is answered. */
export type Request =
  | readonly [
      kind: "call",
      object: number,
      method: string,
      args: readonly unknown[],
      /** Who calls, among the fibers of that process: locks belong to one of them. */
      fiber: number,
    ]
  /** Just to be answered, or who it is, for reports. */
  | readonly [kind: "hello", name?: string, pid?: number]
  | readonly [kind: "create", typeid: string, args: readonly unknown[]]
  /** The caller waits no more: what still runs under that number ends, by which it is answered. */
  | readonly [kind: "cancel"]
  /** One more reference to the object is held here, got from another process. There is no answer. */
  | readonly [kind: "hold", object: number]
  /** So many of the references that came are gone. There is no answer. */
  | readonly [kind: "drop", object: number, count: number];

export type Answer = readonly [kind: "value" | "error", value: unknown];

/** The number of what wants no answer. */
export const UNANSWERED = 0;

/** How an object of a server goes to another process. */
export interface Reference {
  /** The server's own id, so that it knows its objects again. */
  readonly server: string;
  /** Where it is reached; undefined: by the connection on which this came. */
  readonly address: string | undefined;
  readonly object: number;
  readonly typeid: string;
  /** Whether that is one of the types that every `Manager` has. */
  readonly standard: boolean;
  readonly exposed: readonly string[];
  /** The manager's key where that is not the program's own, for processes of this program alone. */
  readonly key?: Uint8Array | undefined;
}

/** Under this name both proxies and what they stand for go. */
export const REFERENCE_CLASS = "fibril/process:proxy";
