import type { FiberCore } from "../fiber/core.ts";
import { runOwned } from "../fiber/owner.ts";
import { type Belonging, keep, type Starter } from "./belongings.ts";
import { Caller } from "./caller.ts";
import { tie } from "./detach.ts";
import type { HostFunction } from "./function-shape.ts";
import { keepContext } from "./keep-context.ts";
import { beginUnowned, ownerHere } from "./owner.ts";

/** The part of a stream, socket, server or child that we need. */
export interface Thing {
  once(event: string, listener: () => void): unknown;
  on(event: "error", listener: () => void): unknown;
  emit(...args: unknown[]): unknown;
}

/** How a kind of thing ends, and which of its events says that it did. */
export interface ThingKind<T extends Thing> {
  readonly over: string;
  /** A package makes it for its caller, and not for everybody. */
  readonly isRequest?: boolean;
  /** Whether it serves whoever comes, as a connection does, and not just the call that makes it. */
  readonly lasts: boolean;
  end(thing: T, reason: unknown): void;
}

/**
 * A function or class that makes a thing of the host: a kill of its fiber ends it.
 * The listeners of a package's connection must not even run as that fiber's, which
 * happened to be the first to need it: killed, it would fail whatever they begin.
 */
export function ownThing<T extends Thing>(
  kind: ThingKind<T>,
): (original: HostFunction) => HostFunction {
  return (original) =>
    function patched(this: unknown, ...args: unknown[]): unknown {
      const make = (): T =>
        new.target === undefined
          ? original.apply(this, args)
          : Reflect.construct(original, args, new.target);
      if (making) return make();
      const owner = ownerHere(patched);
      if (owner === undefined) return beginUnowned(patched, make);
      const caller = new Caller(patched);
      const thing = asMaker(() => (kind.lasts ? makeLasting(caller, make) : make()));
      tieThing(owner, caller, thing, kind);
      return thing;
    };
}

/** What one of these functions calls of the others, as `net.connect` does `connect` of the socket, is its own affair. */
let making = false;

function asMaker<T>(make: () => T): T {
  making = true;
  try {
    return make();
  } finally {
    making = false;
  }
}

function makeLasting<T extends Thing>(caller: Caller, make: () => T): T {
  const makeBound = () => {
    const thing = make();
    if (caller.isUser) keepContext(thing);
    return thing;
  };
  return caller.isPackage ? runOwned(undefined, makeBound) : makeBound();
}

/** Ties a thing to `owner` and gives the way to untie it; what a package made is left as it is. */
export function tieThing<T extends Thing>(
  owner: FiberCore,
  caller: Starter,
  thing: T,
  kind: ThingKind<T>,
): (() => void) | undefined {
  // Without even our listener: some count them.
  const isOwned = kind.isRequest === true ? caller.isUser : caller.isProgram;
  if (!isOwned) return undefined;
  const release = keep(owner, new OwnedThing(thing, kind, caller));
  thing.once(kind.over, release);
  tie(thing, release);
  return release;
}

class OwnedThing<T extends Thing> implements Belonging {
  readonly caller: Starter;
  readonly isRequest: boolean | undefined;
  readonly #thing: T;
  readonly #kind: ThingKind<T>;

  constructor(thing: T, kind: ThingKind<T>, caller: Starter) {
    this.#thing = thing;
    this.#kind = kind;
    this.caller = caller;
    this.isRequest = kind.isRequest;
  }

  abandon(reason: unknown): void {
    // Whoever would have listened is gone: unheard, an error would end the program.
    this.#thing.on("error", () => {});
    this.#kind.end(this.#thing, reason);
  }
}

interface Destroyable extends Thing {
  destroy(error?: Error): unknown;
}

/** Streams and requests: what an async function still waits for there throws the kill. */
export const destroyed: ThingKind<Destroyable> = {
  over: "close",
  lasts: false,
  end: (thing, reason) => thing.destroy(reason instanceof Error ? reason : undefined),
};

/** Sockets. */
export const connected: ThingKind<Destroyable> = { ...destroyed, lasts: true };

/** HTTP requests: a kill also ends those that a package makes for the fiber. */
export const requested: ThingKind<Request> = {
  ...destroyed,
  isRequest: true,
  end(request, reason) {
    // Deno sends one once more whose connection had served another, even if it was destroyed.
    request.reusedSocket = false;
    destroyed.end(request, reason);
  },
};

interface Request extends Destroyable {
  reusedSocket: boolean;
}

interface Closable extends Thing {
  close(): unknown;
}

/** Servers, watchers, datagram sockets: to close one twice is an error to some. */
export const closed: ThingKind<Closable> = {
  over: "close",
  lasts: true,
  end(thing) {
    try {
      thing.close();
    } catch {
      // It was closed before.
    }
  },
};
