import type { RunInfo } from "../../inspect/run-info.ts";
import { context } from "../context.ts";
import { askChild, type Holding, objectsOf } from "./ask-child.ts";
import type { ProcessInfo, ProcessKind, ServerInfo } from "./info-types.ts";
import { infoOf } from "./plain-info.ts";

/** Where the hub is, if fibers were loaded at all. */
const HUB = Symbol.for("fibril/hub/1");

/**
 * What this process does, and all those below it. Those that have not answered at
 * the time `until` are told of as silent.
 */
export async function tellAll(until: number, holding: Holding): Promise<ProcessInfo> {
  const { tellers } = context();
  const children = [...(tellers.children?.() ?? [])];
  // Asked first: they answer while this one looks at itself.
  const answers = children.map((child) => askChild(child, until, holding));
  // Those that end from now on are among the others.
  const ended = [...(tellers.ended?.() ?? [])];
  const own = await tellOwn();
  const info = { ...own, children: [...ended, ...(await Promise.all(answers))] };
  return withBrokered(info);
}

async function tellOwn(): Promise<ProcessInfo> {
  const { tellers, info, name } = context();
  const servers = tell(tellers.servers);
  const role = {
    name: name ?? info?.name ?? "MainProcess",
    pid: process.pid,
    kind: kindOf(servers),
    daemon: info?.daemon ?? false,
  };
  const parts = {
    queues: tell(tellers.queues),
    pipes: tell(tellers.pipes),
    pools: tell(tellers.pools),
    servers,
  };
  const run = await fibers();
  const objects = await objectsOf(tellers.objects, process.pid);
  return infoOf(role, { status: "running", ...parts, objects, ...(run && { run }) });
}

function kindOf(servers: readonly ServerInfo[]): ProcessKind {
  const { info } = context();
  if (info === undefined) return "main";
  return servers.length > 0 ? "manager" : info.kind;
}

/** A part that can't tell, as when memory is gone, must not hide the others. */
function tell<A>(teller: (() => readonly A[]) | undefined): readonly A[] {
  try {
    return teller?.() ?? [];
  } catch {
    return [];
  }
}

/** Nothing of fibers is loaded for it where there are none. */
async function fibers(): Promise<RunInfo | undefined> {
  if (!(HUB in globalThis)) return undefined;
  try {
    const { runInfo } = await import("../../inspect/run-info.ts");
    return runInfo();
  } catch {
    return undefined;
  }
}

/** Where this process holds the memory of others it tells what they have there. */
async function withBrokered(info: ProcessInfo): Promise<ProcessInfo> {
  const { brokered } = context().tellers;
  const [objects, children] = await Promise.all([
    objectsOf(brokered, info.pid),
    Promise.all(info.children.map(withBrokered)),
  ]);
  return { ...info, objects: [...info.objects, ...objects], children };
}
