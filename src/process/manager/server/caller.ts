/** What must be settled when a client is gone: a lock that it holds. */
export interface Holding {
  abandon(client: Client): void;
}

/** A client, as the objects of a server know it. */
export interface Client {
  readonly hasEnded: boolean;
  readonly holdings: Set<Holding>;
}

/** Whose call it is: a fiber of a client. */
export interface Caller {
  readonly client: Client;
  readonly fiber: number;
}

let current: Caller | undefined;

/** Runs the beginning of a call, in which `caller` tells whose it is. */
export function callingAs<A>(caller: Caller, begin: () => A): A {
  const before = current;
  current = caller;
  try {
    return begin();
  } finally {
    current = before;
  }
}

/** Whose call begins just now: to be asked before the first wait. */
export function caller(): Caller {
  return current as Caller;
}

export function isSame(one: Caller | undefined, other: Caller): boolean {
  return one?.client === other.client && one.fiber === other.fiber;
}
