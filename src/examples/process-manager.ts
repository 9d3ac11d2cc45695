// S0-5, S2-4: a dict and a list that live in a process of their own, for all others.
import { type DictProxy, type ListProxy, Manager, Process } from "fibril/process";

export function* work(d: DictProxy<number, number>, l: ListProxy<number>) {
  yield* d.set(process.pid, process.ppid);
  yield* l.push(process.pid);
}

if (import.meta.main) {
  const manager = await Manager();
  const d = await manager.dict<number, number>();
  const l = await manager.list(Array.from({ length: 5 }, (_, i) => i));
  const children = Array.from({ length: 10 }, () => new Process({ target: work, args: [d, l] }));
  for (const child of children) child.start();
  for (const child of children) await child.join();

  console.log("in the dict:", await d.size());
  const parents = new Set(await d.values());
  console.log(
    "they have one parent, this process:",
    parents.size === 1 && parents.has(process.pid),
  );
  const numbers = await l.toArray();
  console.log("in the list:", numbers.length, "the first five:", numbers.slice(0, 5).join(" "));
  await manager.shutdown();
  try {
    await d.size();
  } catch (error) {
    console.log("after its end:", error instanceof Error);
  }
}
