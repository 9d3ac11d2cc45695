import type { FiberCore } from "../fiber/core.ts";
import { keep, type Starter } from "./belongings.ts";
import { Caller } from "./caller.ts";
import { tie } from "./detach.ts";
import type { HostFunction } from "./function-shape.ts";
import { ownerHere } from "./owner.ts";
import { beginCall, type CallKind, owning } from "./promise-call.ts";

/** What Deno closes by itself only at the end of the program. */
export interface Resource {
  close?(): void;
  shutdown?(): Promise<void>;
}

/** Closes what may be closed already, or is none to close. */
export function closing(resource: unknown): void {
  try {
    (resource as Resource | undefined)?.close?.();
  } catch {
    // It was closed before.
  }
}

/** A function that gives a resource at once: a listener, a server. */
export function ownClosable(
  end: (resource: Resource) => void,
): (original: HostFunction) => HostFunction {
  return (original) =>
    function patched(this: unknown, ...args: unknown[]): unknown {
      const owner = ownerHere(patched);
      const resource: Resource = original.apply(this, args);
      if (owner !== undefined) tieResource(owner, new Caller(patched), resource, end);
      return resource;
    };
}

/** `connect` and `connectTls`: the connection, too, is the fiber's. */
export function ownConnection(kind: CallKind<unknown>, original: HostFunction): HostFunction {
  return owning(original, (owner, caller, self, args) => {
    let isOwned = true;
    const { promise, ending } = beginCall(kind, original, self, args);
    const connecting = promise.then((connection) => {
      if (isOwned) tieResource(owner, caller, connection as Resource, closing);
      return connection;
    });
    const detach = () => {
      isOwned = false;
    };
    return { promise: connecting, ending: { ...ending, detach } };
  });
}

function tieResource(
  owner: FiberCore,
  caller: Starter,
  resource: Resource,
  end: (resource: Resource) => void,
): void {
  const release = keep(owner, { caller, abandon: () => end(resource) });
  tie(resource, release);
  const { close } = resource;
  if (close === undefined) return;
  const value = (): void => {
    release();
    close.call(resource);
  };
  Object.defineProperty(resource, "close", { value, configurable: true, writable: true });
}
