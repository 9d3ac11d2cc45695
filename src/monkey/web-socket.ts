import type { FiberCore } from "../fiber/core.ts";
import { keep } from "./belongings.ts";
import { Caller } from "./caller.ts";
import { tie } from "./detach.ts";
import type { HostFunction } from "./function-shape.ts";
import { ownerHere } from "./owner.ts";

/** What a WebSocket and an EventSource have in common. */
interface Connection extends EventTarget {
  close(): void;
}

/** `WebSocket` and `EventSource`: those that the program opens in a fiber are closed with it. */
export function ownConnection(original: HostFunction): HostFunction {
  return function patched(this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return original.apply(this, args);
    const owner = ownerHere(patched);
    const connection: Connection = Reflect.construct(original, args, new.target);
    if (owner !== undefined) tieConnection(owner, new Caller(patched), connection);
    return connection;
  };
}

function tieConnection(owner: FiberCore, caller: Caller, connection: Connection): void {
  if (!caller.isProgram) return;
  const release = keep(owner, { caller, abandon: () => connection.close() });
  // An EventSource has no such event: it is let go with its fiber.
  connection.addEventListener("close", release, { once: true });
  tie(connection, release);
}
