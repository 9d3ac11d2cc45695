import type { FiberInfo } from "../../inspect/run-info.ts";
import { shortId } from "../shm/lock-state.ts";
import type { HolderInfo, ProcessInfo, SharedObjectInfo } from "./info-types.ts";

/** Shared memory knows the fibers that hold locks by their ids; their processes have told the names. */
export function nameHolders(root: ProcessInfo): ProcessInfo {
  const names = new Map<string, string>();
  for (const { pid, run } of allOf(root)) {
    for (const fiber of run?.fibers ?? []) {
      if (!fiber.guest) names.set(ownerKey(pid, fiber), fiber.name);
    }
  }
  const nameOne = (object: SharedObjectInfo): SharedObjectInfo => {
    const { holder } = object;
    const fiberName = holder && names.get(holderKey(holder));
    if (fiberName === undefined) return object;
    return { ...object, holder: { ...holder, fiberName } as HolderInfo };
  };
  const nameAll = (info: ProcessInfo): ProcessInfo => ({
    ...info,
    objects: info.objects.map(nameOne),
    children: info.children.map(nameAll),
  });
  return nameAll(root);
}

/** Who holds a lock, in all processes. Code outside of fibers is one owner in each, with the number 0. */
export function holderKey({ pid, fiber = 0 }: HolderInfo): string {
  return `${pid}:${fiber}`;
}

/** What `holderKey` is for what a fiber acquires: a wait outside of fibers does so for whoever awaits it. */
export function ownerKey(pid: number, { id, guest, parent = 0 }: FiberInfo): string {
  return `${pid}:${shortId(guest ? parent : id)}`;
}

/** A process and all below it. */
export function allOf(root: ProcessInfo): ProcessInfo[] {
  return [root, ...root.children.flatMap(allOf)];
}
