import { show } from "../../fiber/body.ts";
import { checkOptions } from "../../fiber/limits.ts";
import { UnsendableError } from "../codec/unsendable.ts";
import { Connection } from "../connection/connection.ts";
import { home, memberOf } from "../family.ts";
import { shareable } from "../handles.ts";
import { ifLost } from "../in-flight.ts";
import type { Member } from "../shm/member.ts";
import type { SegmentAddress } from "../shm/segment.ts";
import { FLOW_CELLS, Flow, type FlowHandle, type FlowLimits } from "./flow.ts";
import { Holders, type Ticket } from "./holders.ts";
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
 * lie in memory that the processes share.
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
  const member = home(2 * FLOW_CELLS + 2);
  const [mine, other] = [Holders.create(member), Holders.create(member)];
  const incoming = Flow.create(member, LIMITS);
  const outgoing = duplex ? Flow.create(member, LIMITS) : undefined;
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

function connect(member: Member, end: RingEnd): Connection {
  const transport = new RingTransport(end);
  const connection = new Connection(transport);
  const name = nameOf(member.address, end.mine.cell);
  known.set(name, new WeakRef(connection));
  forgotten.register(connection, { name, transport });
  return connection;
}

function pack(connection: Connection): PipeHandle {
  const { transport } = connection;
  if (!(transport instanceof RingTransport) || transport.isClosed) {
    const what =
      transport instanceof RingTransport ? "a closed Connection" : "a Connection by socket";
    throw new UnsendableError("a connection", what, "send an open end of a Pipe");
  }
  const { incoming, outgoing, mine, other } = transport.end;
  const ticket = mine.send();
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

function unpack(handle: PipeHandle): Connection {
  const { arena, incoming, outgoing, ticket } = handle;
  const member = memberOf(arena);
  const end: RingEnd = {
    incoming: incoming && Flow.at(member, incoming, LIMITS),
    outgoing: outgoing && Flow.at(member, outgoing, LIMITS),
    mine: new Holders(member, handle.mine),
    other: new Holders(member, handle.other),
  };
  const open = known.get(nameOf(arena, handle.mine))?.deref();
  const connection = open === undefined || open.closed ? connect(member, end) : open;
  end.mine.arrived(ticket);
  return connection;
}

function nameOf({ id }: SegmentAddress, cell: number): string {
  return `${id}:${cell}`;
}

shareable(Connection, "Connection", import.meta.url, pack, unpack);
