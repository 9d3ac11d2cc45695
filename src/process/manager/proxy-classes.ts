import type { Reference } from "./protocol.ts";
import type { Proxied } from "./proxied.ts";
import { ArrayProxy } from "./proxies/array-proxy.ts";
import { AsyncResultProxy } from "./proxies/async-result-proxy.ts";
import { BarrierProxy } from "./proxies/barrier-proxy.ts";
import { ConditionProxy } from "./proxies/condition-proxy.ts";
import { customClass } from "./proxies/custom-proxy.ts";
import { DictProxy } from "./proxies/dict-proxy.ts";
import { EventProxy } from "./proxies/event-proxy.ts";
import { IteratorProxy } from "./proxies/iterator-proxy.ts";
import { ListProxy } from "./proxies/list-proxy.ts";
import { LockProxy, SemaphoreProxy } from "./proxies/lock-proxy.ts";
import { NamespaceProxy } from "./proxies/namespace-proxy.ts";
import { PoolProxy } from "./proxies/pool-proxy.ts";
import { QueueProxy } from "./proxies/queue-proxy.ts";
import { SetProxy } from "./proxies/set-proxy.ts";
import { ValueProxy } from "./proxies/value-proxy.ts";
import { proxytypeOf } from "./registry.ts";

const STANDARD: ReadonlyMap<string, typeof Proxied> = /* @__PURE__ */ new Map<
  string,
  typeof Proxied
>([
  ["dict", DictProxy],
  ["list", ListProxy],
  ["set", SetProxy],
  ["Namespace", NamespaceProxy],
  ["Queue", QueueProxy],
  ["JoinableQueue", QueueProxy],
  ["Lock", LockProxy],
  ["RLock", LockProxy],
  ["Semaphore", SemaphoreProxy],
  ["BoundedSemaphore", SemaphoreProxy],
  ["Condition", ConditionProxy],
  ["Event", EventProxy],
  ["Barrier", BarrierProxy],
  ["Value", ValueProxy],
  ["SharedArray", ArrayProxy],
  ["Pool", PoolProxy],
  ["AsyncResult", AsyncResultProxy],
  ["Iterator", IteratorProxy],
]);

/** What makes proxies for such an object. */
export function classFor({ standard, typeid, exposed }: Reference): typeof Proxied {
  if (standard) return STANDARD.get(typeid) ?? customClass(typeid, exposed);
  return proxytypeOf(typeid) ?? customClass(typeid, exposed);
}
