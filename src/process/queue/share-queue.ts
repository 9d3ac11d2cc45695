import type { AnyClass } from "../codec/classes.ts";
import { opened, shareable } from "../handles.ts";
import { WeakCache } from "../ring/weak-cache.ts";
import { OpenedQueue } from "./opened-queue.ts";
import { type QueueHandle, Store } from "./store.ts";

type QueueClass = AnyClass & (abstract new (...args: never[]) => OpenedQueue<never>);

/** The queues that this process has, each once, by their rings. */
const known = new WeakCache<OpenedQueue<never>>();

/** Makes the queues of a class go to other processes. */
export function shareQueues(type: QueueClass, name: string, module: string): void {
  const pack = (queue: OpenedQueue<never>) => {
    const store = OpenedQueue.storeOf(queue);
    known.get(store.flow.id, () => queue);
    return store.send();
  };
  const unpack = (handle: QueueHandle) => {
    const store = Store.open(handle);
    return known.get(store.flow.id, () => opened(type, OpenedQueue, store));
  };
  shareable(type, name, module, pack, unpack);
}
