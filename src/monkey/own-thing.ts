import type { FiberCore } from "../fiber/core.ts";
import { type Belonging, keep, type Starter } from "./belongings.ts";
import { Caller } from "./caller.ts";
import { tie } from "./detach.ts";
import type { HostFunction } from "./function-shape.ts";
import { ownerHere } from "./owner.ts";

/** The part of a stream, socket, server or child that we need. */
export interface Thing {
  once(event: string, listener: () => void): unknown;
  on(event: "error", listener: () => void): unknown;
}

/** How a kind of thing ends, and which of its events says that it did. */
export interface ThingKind<T extends Thing> {
  readonly over: string;
  end(thing: T, reason: unknown): void;
}

/** A function or class that makes a thing of the host: a kill of its fiber ends it. */
export function ownThing<T extends Thing>(
  kind: ThingKind<T>,
): (original: HostFunction) => HostFunction {
  return (original) =>
    function patched(this: unknown, ...args: unknown[]): unknown {
      const owner = ownerHere(patched);
      const caller = owner === undefined ? undefined : new Caller(patched);
      const thing: T =
        new.target === undefined
          ? original.apply(this, args)
          : Reflect.construct(original, args, new.target);
      if (owner !== undefined && caller !== undefined) tieThing(owner, caller, thing, kind);
      return thing;
    };
}

/** Ties a thing to `owner` and gives the way to untie it; what a package made is left as it is. */
export function tieThing<T extends Thing>(
  owner: FiberCore,
  caller: Starter,
  thing: T,
  kind: ThingKind<T>,
): (() => void) | undefined {
  // Without even our listener: some count them.
  if (!caller.isProgram) return undefined;
  const release = keep(owner, new OwnedThing(thing, kind, caller));
  thing.once(kind.over, release);
  tie(thing, release);
  return release;
}

class OwnedThing<T extends Thing> implements Belonging {
  readonly caller: Starter;
  readonly #thing: T;
  readonly #kind: ThingKind<T>;

  constructor(thing: T, kind: ThingKind<T>, caller: Starter) {
    this.#thing = thing;
    this.#kind = kind;
    this.caller = caller;
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

/** Streams, sockets, requests: what an async function still waits for there throws the kill. */
export const destroyed: ThingKind<Destroyable> = {
  over: "close",
  end: (thing, reason) => thing.destroy(reason instanceof Error ? reason : undefined),
};

interface Closable extends Thing {
  close(): unknown;
}

/** Servers, watchers, datagram sockets: to close one twice is an error to some. */
export const closed: ThingKind<Closable> = {
  over: "close",
  end(thing) {
    try {
      thing.close();
    } catch {
      // It was closed before.
    }
  },
};
