import type {
  HolderInfo,
  PipeInfo,
  PoolInfo,
  ProcessInfo,
  ProcessRef,
  QueueInfo,
  ServerInfo,
  SharedObjectInfo,
  WorkerInfo,
} from "./info-types.ts";

/** What a process has beside its fibers, line by line. */
export function formatParts(info: ProcessInfo): string[] {
  return [
    ...info.objects.map((object) => objectLine(object, info.pid)),
    ...info.queues.map(queueLine),
    ...info.pipes.map(pipeLine),
    ...info.pools.flatMap(poolLines),
    ...info.servers.flatMap(serverLines),
  ];
}

function objectLine(object: SharedObjectInfo, pid: number): string {
  const { name, holder, abandoned, state, waiting } = object;
  const after = abandoned === true ? ", abandoned by the one before" : "";
  if (holder?.pid === pid) {
    const by = holder.fiber === undefined ? "" : ` by ${fiberOf(holder)}`;
    return `holds ${name}${by}${after}${listed(", waited for by", waiting)}`;
  }
  const how = holder === undefined ? (state ?? "") : `held by ${holderName(holder)}${after}`;
  const others = waiting.filter((each) => each.pid !== pid);
  return `waits for ${name} (${how})${listed(", as does", others)}`;
}

function holderName(holder: HolderInfo): string {
  return holder.fiber === undefined ? shown(holder) : `${fiberOf(holder)} of ${shown(holder)}`;
}

function fiberOf({ fiber, fiberName }: HolderInfo): string {
  if (fiberName === undefined) return `fiber ${fiber}`;
  return fiberName.endsWith(`-${fiber}`) ? fiberName : `${fiberName} #${fiber}`;
}

function queueLine(queue: QueueInfo): string {
  const { name, size, maxsize, isShutdown, unfinished, getting, putting, joining } = queue;
  const most = maxsize > 0 ? ` of ${maxsize}` : "";
  const items = `${size}${most} ${size === 1 ? "item" : "items"}`;
  const waits = [listed(", get:", getting), listed(", put:", putting), listed(", join:", joining)];
  return `${name}: ${items}, ${unfinished} unfinished${isShutdown ? ", shut down" : ""}${waits.join("")}`;
}

function pipeLine(pipe: PipeInfo): string {
  const { name, end, incoming, outgoing, receiving, sending, others } = pipe;
  const waits = [listed(", receive:", receiving), listed(", send:", sending)].join("");
  const other = others.length === 0 ? ", other end closed" : listed(", other end:", others);
  return `${name}, end ${end}: ${incoming} to receive, ${outgoing} not received${waits}${other}`;
}

function poolLines({ kind, state, processes, waiting, workers }: PoolInfo): string[] {
  const what = kind === "pool" ? "pool" : "executor";
  const how = state === "open" ? "" : `, ${state}`;
  return [
    `${what} of ${processes}${how}: ${waiting} waiting for a worker`,
    ...workers.map((worker) => `  ${workerLine(worker)}`),
  ];
}

/** Those in line behind it. */
function workerLine(worker: WorkerInfo): string {
  const begun = worker.tasks.filter(({ hasBegun }) => hasBegun).map(({ call }) => call);
  const behind = worker.tasks.length - begun.length;
  const line = behind === 0 ? "" : `, ${behind} behind`;
  const what = begun.length > 0 ? begun.join(", ") : worker.state;
  return `${shown(worker)}: ${what}${line}`;
}

function serverLines({ address, objects, clients, locks }: ServerInfo): string[] {
  return [
    `manager at ${address}: ${objects} objects, ${clients} clients`,
    ...locks.map(({ name, holder }) => `  ${name} is held by ${shown(holder)}`),
  ];
}

function listed(before: string, processes: readonly ProcessRef[]): string {
  return processes.length === 0 ? "" : `${before} ${processes.map(shown).join(", ")}`;
}

export function shown({ name, pid }: ProcessRef): string {
  return `${name} (pid ${pid})`;
}
