import type { Connection } from "./connection.ts";
import type { HandedOver } from "./handed-over.ts";
import type { SocketTransport } from "./socket-transport.ts";

/** Connections whose sockets go to a child in front of the message that has them. */
export class Baggage {
  readonly #connections: Connection[] = [];

  /** Gives the number by which the child finds it. */
  add(connection: Connection): number {
    const known = this.#connections.indexOf(connection);
    return known < 0 ? this.#connections.push(connection) - 1 : known;
  }

  /** They are closed here, and their sockets the child's from now on. */
  handOver(): HandedOver[] {
    return this.#connections.map((connection) => {
      const handed = (connection.transport as SocketTransport).handOver();
      void connection.close();
      return handed;
    });
  }
}

let current: Baggage | undefined;

/** Where sockets can go along with what is being encoded. */
export function currentBaggage(): Baggage | undefined {
  return current;
}

export function packingInto<A>(baggage: Baggage, encode: () => A): A {
  const outer = current;
  current = baggage;
  try {
    return encode();
  } finally {
    current = outer;
  }
}
