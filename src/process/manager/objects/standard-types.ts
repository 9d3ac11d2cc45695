import { Event } from "../../../sync/event.ts";
import type { TypeSpec } from "../server/type-spec.ts";
import { ArrayObject } from "./array-object.ts";
import { BarrierObject } from "./barrier-object.ts";
import { ConditionObject } from "./condition-object.ts";
import { DictObject } from "./dict-object.ts";
import { ListObject } from "./list-object.ts";
import { LockObject } from "./lock-object.ts";
import { NamespaceObject } from "./namespace-object.ts";
import { PoolObject } from "./pool-object.ts";
import { QueueObject } from "./queue-object.ts";
import { SemaphoreObject } from "./semaphore-object.ts";
import { SetObject } from "./set-object.ts";
import { ValueObject } from "./value-object.ts";

// biome-ignore lint/suspicious/noExplicitAny: what clients send: the objects look at it themselves
type Args = any[];

/** Without what others of the server's objects need of them. */
const LOCK = ["acquire", "release", "locked", "abandoned"];
const SEMAPHORE = ["acquire", "release", "getValue", "locked"];

/** What these methods of a pool give stays in the server. */
const POOL = {
  applyAsync: "AsyncResult",
  mapAsync: "AsyncResult",
  starmapAsync: "AsyncResult",
  imap: "Iterator",
  imapUnordered: "Iterator",
};
const ASYNC_RESULT = ["get", "wait", "ready", "successful"];

/** What every `Manager` can make. */
export const standardTypes: ReadonlyMap<string, TypeSpec> = /* @__PURE__ */ new Map<
  string,
  TypeSpec
>([
  ["dict", { standard: true, make: (...args: Args) => new DictObject(...args) }],
  ["list", { standard: true, make: (...args: Args) => new ListObject(...args) }],
  ["set", { standard: true, make: (...args: Args) => new SetObject(...args) }],
  ["Namespace", { standard: true, make: (...args: Args) => new NamespaceObject(...args) }],
  [
    "Value",
    {
      standard: true,
      make: (typecode, ...args: Args) => new ValueObject(typecode as string, ...args),
    },
  ],
  [
    "SharedArray",
    {
      standard: true,
      make: (typecode, values: unknown) => new ArrayObject(typecode as string, values as number),
    },
  ],
  ["Queue", { standard: true, make: (...args: Args) => new QueueObject(...args) }],
  ["JoinableQueue", { standard: true, make: (...args: Args) => new QueueObject(...args) }],
  ["Lock", { standard: true, make: () => new LockObject(false), exposed: LOCK }],
  ["RLock", { standard: true, make: () => new LockObject(true), exposed: LOCK }],
  [
    "Semaphore",
    {
      standard: true,
      make: (value) => new SemaphoreObject(value as number, false),
      exposed: SEMAPHORE,
    },
  ],
  [
    "BoundedSemaphore",
    {
      standard: true,
      make: (value) => new SemaphoreObject(value as number, true),
      exposed: SEMAPHORE,
    },
  ],
  ["Condition", { standard: true, make: (lock) => new ConditionObject(lock) }],
  [
    "Event",
    { standard: true, make: () => new Event(), exposed: ["set", "clear", "isSet", "wait"] },
  ],
  [
    "Barrier",
    { standard: true, make: (...args: Args) => new BarrierObject(...(args as [number])) },
  ],
  ["Pool", { standard: true, make: (...args: Args) => new PoolObject(...args), methodTypes: POOL }],
  // Only a pool makes them.
  ["AsyncResult", { standard: true, make: undefined, exposed: ASYNC_RESULT }],
  ["Iterator", { standard: true, make: undefined }],
]);
