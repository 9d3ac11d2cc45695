import type { NetConnectOpts, Socket } from "node:net";
import type { Wait } from "../fiber/wait.ts";
import { builtin } from "./builtin.ts";
import { callWait, WAITED_FOR } from "./call-wait.ts";
import { destroyed, tieThing } from "./own-thing.ts";
import { originalOf } from "./patched-module.ts";

type Connect = (...args: unknown[]) => Socket;

/** The part of `node:net` that waits. */
export interface NetWaits {
  /** Gives the socket when it is connected. */
  connect(port: number, host?: string): Wait<Socket, unknown>;
  connect(options: NetConnectOpts): Wait<Socket, unknown>;
  connect(path: string): Wait<Socket, unknown>;
  /** The same. */
  createConnection: NetWaits["connect"];
}

/**
 * `connect` of `node:net` as a Wait for a socket of the host that is connected. It
 * belongs to the fiber: a kill destroys it, unless it was handed over by `detach`.
 * `connect` of `fibril/server` gives a socket whose own methods are Waits.
 *
 * gevent: `gevent.socket.create_connection`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { net } from "fibril/monkey";
 * import { listen } from "fibril/server";
 *
 * spawn(function* () {
 *   const listener = yield* listen("127.0.0.1:0");
 *   const socket = yield* net.connect(listener.address.port, "127.0.0.1");
 *   console.log(socket.remoteAddress); // -> 127.0.0.1
 *   socket.destroy();
 *   yield* listener.close();
 * });
 * ```
 */
export const net: NetWaits = { connect, createConnection: connect };

function connect(...args: unknown[]): Wait<Socket, unknown> {
  return callWait((owner) => {
    const socket = originalOf(builtin<{ connect: Connect }>("net").connect)(...args);
    tieThing(owner, WAITED_FOR, socket, destroyed);
    const promise = new Promise<Socket>((resolve, reject) => {
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(socket);
      });
      socket.once("error", reject);
    });
    const end = () => socket.destroy();
    return { promise, ending: { label: () => labelOf(args), abort: end, discard: end } };
  });
}

function labelOf([target, host]: readonly unknown[]): string {
  if (typeof target !== "object" || target === null) return `net.connect ${host ?? ""}:${target}`;
  const { path, host: name = "localhost", port } = target as Record<string, unknown>;
  return `net.connect ${path ?? `${name}:${port}`}`;
}
