import { UnsendableError } from "../codec/unsendable.ts";
import { context } from "../context.ts";
import { currentBaggage } from "./baggage.ts";
import { Connection } from "./connection.ts";
import { SocketTransport } from "./socket-transport.ts";

/** A connection by socket as data: the socket itself goes another way. */
export interface SocketHandle {
  readonly socket: number;
  readonly name: string;
}

/** The connections of the sockets that came to this process. */
const known: Map<number, Connection> = new Map();

/** @throws UnsendableError where its socket can't go, or not now. */
export function packSocket(connection: Connection, transport: SocketTransport): SocketHandle {
  const baggage = currentBaggage();
  if (baggage === undefined) {
    const advice =
      "pass it as an argument of a Process, send an end of a Pipe, or let the other process connect by itself";
    throw new UnsendableError("a connection", "a Connection by socket", advice);
  }
  const hindrance = transport.hindrance;
  if (hindrance !== undefined) {
    throw new UnsendableError("a connection", "a Connection by socket", hindrance);
  }
  return { socket: baggage.add(connection), name: transport.name };
}

/** @throws UnsendableError if the socket has not come. */
export function unpackSocket({ socket: number, name }: SocketHandle): Connection {
  const open = known.get(number);
  if (open !== undefined) return open;
  const handed = context().sockets.get(number);
  if (handed === undefined) {
    const advice = "the system did not hand its socket over; let this process connect by itself";
    throw new UnsendableError("a connection", "a Connection by socket", advice);
  }
  const connection = new Connection(new SocketTransport(handed.socket, name, 0, handed.unread));
  known.set(number, connection);
  return connection;
}
