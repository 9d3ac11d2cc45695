// S4-19, S4-60: what a manager makes.
import { type DictProxy, type ListProxy, Manager, Process } from "fibril/process";

export function* fill(d: DictProxy<string, unknown>, l: ListProxy<number>) {
  yield* d.update({ name: "king", age: 100, Job: "python" });
  yield* l.reverse();
}

if (import.meta.main) {
  const manager = await Manager();
  const d = await manager.dict<string, unknown>();
  const l = await manager.list(Array.from({ length: 10 }, (_, i) => i));
  const child = new Process({ target: fill, args: [d, l] });
  child.start();
  await child.join();
  console.log(JSON.stringify(Object.fromEntries(await d.entries())));
  console.log((await l.toArray()).join(" "));

  const value = await manager.Value("d", 0);
  await value.set(3.14);
  const array = await manager.SharedArray("i", [1, 2, 3]);
  await array.set(0, 5);
  console.log(await value.get(), (await array.toArray()).join(" "));

  const queue = await manager.Queue<string>();
  await queue.put("through the manager");
  console.log(await queue.get());
  const lock = await manager.Lock();
  console.log(await lock.acquire(), await lock.acquire({ blocking: false }));
  await lock.release();
  const event = await manager.Event();
  console.log(await event.wait({ timeout: "10 millis" }));
  const namespace = await manager.Namespace({ x: 10 });
  console.log(await namespace.get("x"));
  await manager.shutdown();
}
