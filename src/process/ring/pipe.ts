import { show } from "../../fiber/body.ts";
import { checkOptions } from "../../fiber/limits.ts";
import { UnsendableError } from "../codec/unsendable.ts";
import { Connection } from "../connection/connection.ts";
import { packSocket, type SocketHandle, unpackSocket } from "../connection/socket-handle.ts";
import { SocketTransport } from "../connection/socket-transport.ts";
import { context } from "../context.ts";
import { commonHome, memberOf } from "../family.ts";
import { fault } from "../fault.ts";
import { shareable } from "../handles.ts";
import { ifLost } from "../in-flight.ts";
import type { PipeInfo } from "../inspect/info-types.ts";
import { arenaName, waitingIn } from "../inspect/waiting-in.ts";
import { isFar } from "../shm/atomics.ts";
import type { Member } from "../shm/member.ts";
import type { SegmentAddress } from "../shm/segment.ts";
import { FLOW_CELLS, type Flow, type FlowHandle, type FlowLimits } from "./flow.ts";
import { Holders, type Ticket } from "./holders.ts";
import { makeFlow, openFlow } from "./open-flow.ts";
import { type RingEnd, RingTransport } from "./ring-transport.ts";

/** How a Pipe is made. */
export interface PipeOptions {
  /** With `false` the first end only receives, and the second only sends. */
  readonly duplex?: boolean | undefined;
}

/** A sender waits where so much has not been received: some large messages, so that both sides have work. */
const LIMITS: FlowLimits = {
  count: Number.POSITIVE_INFINITY,
  bytes: 4 << 20,
  calm: 2 << 20,
};

/**
 * Two connections: what is sent at one end is received at the other. Give one to
 * another process, as an argument or over a queue or a pipe, and close it here: an
 * end is closed when no process has it open any more, or is about to get it. Messages
 * lie in memory that the processes share, or with the main process where they share none.
 *
 * multiprocessing: `multiprocessing.Pipe`.
 *
 * @param options `{ duplex: false }`: the first end only receives, the second only sends.
 * @throws SharedMemoryUnavailable, SharedMemoryFull
 *
 * @example
 * ```ts
 * import { type Connection, Pipe, Process } from "fibril/process";
 *
 * export async function shout(connection: Connection) {
 *   await connection.send((await connection.recv()).toUpperCase());
 * }
 *
 * async function main() {
 *   const [here, there] = Pipe();
 *   const child = new Process({ target: shout, args: [there] });
 *   child.start();
 *   void there.close();
 *   await here.send("hello");
 *   console.log(await here.recv()); // -> HELLO
 *   await child.join();
 *   await here.recv().then(undefined, (error) => console.log(error.name)); // -> EOFError
 * }
 *
 * if (import.meta.main) void main();
 * ```
 */
export function Pipe(options: PipeOptions = {}): [Connection, Connection] {
  checkOptions(options, "make a pipe");
  const { duplex = true } = options;
  if (typeof duplex !== "boolean") {
    throw new TypeError(`Cannot make a pipe with ${show(duplex)} as duplex: pass true or false`);
  }
  const member = commonHome(2 * FLOW_CELLS + 2);
  const [mine, other] = [Holders.create(member), Holders.create(member)];
  const incoming = makeFlow(member, LIMITS);
  const outgoing = duplex ? makeFlow(member, LIMITS) : undefined;
  // Both are open before either looks at the other.
  const ends: RingEnd[] = [
    { incoming, outgoing, mine, other },
    { incoming: outgoing, outgoing: incoming, mine: other, other: mine },
  ];
  return ends.map((end) => connect(member, end)) as [Connection, Connection];
}

interface PipeHandle {
  readonly arena: SegmentAddress;
  readonly incoming: FlowHandle | undefined;
  readonly outgoing: FlowHandle | undefined;
  readonly mine: number;
  readonly other: number;
  readonly ticket: Ticket;
}

/** The ends that this process has open, by their holders: each once. */
const known: Map<string, WeakRef<Connection>> = new Map();

/** What remains of a connection that nobody refers to any more. */
const forgotten = new FinalizationRegistry<{
  readonly name: string;
  readonly transport: RingTransport;
}>(({ name, transport }) => {
  // The end may have come here again: then it is open.
  if (known.get(name)?.deref() !== undefined) return;
  known.delete(name);
  // Whoever waits may have no more than the transport.
  if (!transport.isListened) transport.close();
});

context().tellers.pipes = () =>
  [...known.values()].flatMap((ref) => {
    const transport = ref.deref()?.transport;
    return transport instanceof RingTransport && !transport.isClosed ? infoOf(transport) : [];
  });

function infoOf({ label, end }: RingTransport): PipeInfo | [] {
  const { incoming, outgoing, mine, other } = end;
  const { member } = incoming ?? (outgoing as Flow);
  if (isFar(member.words)) return [];
  return {
    name: label,
    arena: arenaName(member),
    end: mine.cell < other.cell ? 1 : 2,
    incoming: incoming?.count ?? 0,
    outgoing: outgoing?.count ?? 0,
    receiving: incoming === undefined ? [] : waitingIn(member, incoming.items.cell),
    sending: outgoing === undefined ? [] : waitingIn(member, outgoing.space.cell),
    others: waitingIn(member, other.cell),
  };
}

function connect(member: Member, end: RingEnd): Connection {
  const transport = new RingTransport(end);
  const connection = new Connection(transport);
  const name = nameOf(member.address, end.mine.cell);
  known.set(name, new WeakRef(connection));
  forgotten.register(connection, { name, transport });
  return connection;
}

function pack(connection: Connection): PipeHandle | SocketHandle {
  const { transport } = connection;
  if (transport instanceof SocketTransport) return packSocket(connection, transport);
  if (!(transport instanceof RingTransport) || transport.isClosed) {
    throw new UnsendableError("a connection", "a closed Connection", "send an open end of a Pipe");
  }
  const { incoming, outgoing, mine, other } = transport.end;
  const ticket = mine.send();
  fault?.("pipe.sent");
  ifLost(() => mine.arrived(ticket) && transport.callIfClosed());
  return {
    arena: (incoming ?? (outgoing as Flow)).member.address,
    incoming: incoming?.send(),
    outgoing: outgoing?.send(),
    mine: mine.cell,
    other: other.cell,
    ticket,
  };
}

function unpack(handle: PipeHandle | SocketHandle): Connection {
  if ("socket" in handle) return unpackSocket(handle);
  const { arena, incoming, outgoing, ticket } = handle;
  const member = memberOf(arena);
  const end: RingEnd = {
    incoming: incoming && openFlow(member, incoming, LIMITS),
    outgoing: outgoing && openFlow(member, outgoing, LIMITS),
    mine: new Holders(member, handle.mine),
    other: new Holders(member, handle.other),
  };
  const open = known.get(nameOf(arena, handle.mine))?.deref();
  const connection = open === undefined || open.closed ? connect(member, end) : open;
  fault?.("pipe.opened");
  end.mine.arrived(ticket);
  return connection;
}

function nameOf({ id }: SegmentAddress, cell: number): string {
  return `${id}:${cell}`;
}

shareable(Connection, "Connection", import.meta.url, pack, unpack);
