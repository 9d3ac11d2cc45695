/** The rows of the table, and what each is to reach. */

/** The runtimes that fibril is measured on. */
export type Ours = "node" | "deno";

export const peers = ["python", "piscina", "tinypool", "workerpool"] as const;
export type Peer = (typeof peers)[number];

/** At least so much of a rate, at most so much of a time: times the peer's figure, or by itself. */
export interface Goal {
  readonly limit: number;
  readonly beside?: Peer;
  /** Where it holds; everywhere if nothing is said. */
  readonly only?: Ours;
}

export interface Row {
  /** Before the slash is the program that measures it. */
  readonly key: string;
  readonly name: string;
  readonly unit: "ns" | "1/s" | "B/s" | "%";
  /** Operations in a sample, for everyone the same. */
  readonly count: number;
  readonly goals: readonly Goal[];
  /** Stands in a peer's cell where nothing can be measured. */
  readonly said?: Readonly<Partial<Record<Peer, string>>>;
}

export const isTime = ({ unit }: Row): boolean => unit === "ns";

export const groupOf = ({ key }: Row): string => key.slice(0, key.indexOf("/"));

const python = (limit: number, only?: Ours): Goal =>
  only === undefined ? { limit, beside: "python" } : { limit, beside: "python", only };

const MS = 1e6;

export const allRows: readonly Row[] = [
  {
    key: "queue/rate",
    name: "Queue, small messages",
    unit: "1/s",
    count: 100_000,
    goals: [python(2)],
  },
  {
    key: "queue/trip",
    name: "Queue, there and back",
    unit: "ns",
    count: 10_000,
    goals: [python(0.5)],
  },
  {
    key: "pipe/bulk",
    name: "Pipe, messages of 1 MB",
    unit: "B/s",
    count: 500,
    goals: [python(2, "node"), python(1, "deno")],
  },
  {
    key: "lock/now",
    name: "Lock, uncontended, at once",
    unit: "ns",
    count: 500_000,
    goals: [python(0.5)],
  },
  {
    key: "lock/fiber",
    name: "Lock, uncontended, `yield*` in a fiber",
    unit: "ns",
    count: 500_000,
    goals: [python(1.5)],
  },
  {
    key: "lock/handover",
    name: "Semaphore, to a process that looks out for it",
    unit: "ns",
    count: 10_000,
    goals: [python(1)],
  },
  {
    key: "lock/parked",
    name: "Semaphore, to a process that is parked",
    unit: "ns",
    count: 100,
    goals: [python(5)],
  },
  {
    key: "lock/death",
    name: "Lock, from its holder's SIGKILL to the next one",
    unit: "ns",
    count: 3,
    goals: [{ limit: 10 * MS }],
    said: { python: "never" },
  },
  {
    key: "pool/one",
    name: "Pool, trivial tasks one by one",
    unit: "1/s",
    count: 10_000,
    goals: [
      python(3),
      { limit: 2, beside: "piscina" },
      { limit: 8, beside: "tinypool" },
      { limit: 8, beside: "workerpool" },
    ],
  },
  {
    key: "pool/chunks",
    name: "Pool, trivial tasks in chunks of its choice",
    unit: "1/s",
    count: 500_000,
    goals: [python(1.5)],
  },
  {
    key: "pool/ms",
    name: "Pool, tasks of 1 ms, of the ideal",
    unit: "%",
    count: 400,
    goals: [{ limit: 95 }],
  },
  {
    key: "start/source",
    name: "Process, start + join, an inline function",
    unit: "ns",
    count: 5,
    goals: [python(1, "node")],
  },
  {
    key: "start/module",
    name: "Process, start + join, a function of a module that imports fibril/process",
    unit: "ns",
    count: 5,
    goals: [python(1, "node")],
  },
  {
    key: "start/fork",
    name: "the same by Python's `fork`",
    unit: "ns",
    count: 20,
    goals: [],
  },
  {
    key: "start/ready",
    name: "Process with a spare ready, until it has set an Event",
    unit: "ns",
    count: 3,
    goals: [{ limit: 5 * MS }],
  },
  {
    key: "start/spare",
    name: "Process with a spare ready, start + join",
    unit: "ns",
    count: 3,
    goals: [{ limit: 5 * MS, only: "node" }],
  },
  {
    key: "manager/set",
    name: "Manager, `set` of a dict",
    unit: "1/s",
    count: 10_000,
    goals: [python(1)],
  },
  {
    key: "manager/get",
    name: "Manager, `get` of a dict",
    unit: "1/s",
    count: 10_000,
    goals: [python(1)],
  },
];
