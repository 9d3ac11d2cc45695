/** A client of a manager dies in a call, mostly with a lock. */
import { sleep } from "fibril";
import { Manager } from "../../../../src/process/manager/manager.ts";
import type { DictProxy } from "../../../../src/process/manager/proxies/dict-proxy.ts";
import type { LockProxy } from "../../../../src/process/manager/proxies/lock-proxy.ts";
import type { QueueProxy } from "../../../../src/process/manager/proxies/queue-proxy.ts";
import { follow, type Places, type Plan } from "../plan.ts";
import { begin, inTime, killOne, must, type Scenario, stop, until } from "../scenario.ts";

interface Shared {
  readonly lock: LockProxy;
  readonly dict: DictProxy<string, number>;
  readonly queue: QueueProxy<number>;
}

export async function count({ lock, dict }: Shared): Promise<void> {
  for (;;) {
    await lock.acquire();
    await dict.set("count", ((await dict.get("count")) ?? 0) + 1);
    await lock.release();
    await sleep(1);
  }
}

export async function countAndDie(plan: Plan, shared: Shared): Promise<void> {
  follow(plan);
  void shared.queue.get().then(undefined, () => {});
  await count(shared);
}

export const places: Places = { "manager.asked": 20, "manager.answered": 20 };

export async function scenario(): Promise<Scenario> {
  const manager = await Manager();
  const shared: Shared = {
    lock: await manager.Lock(),
    dict: await manager.dict<string, number>(),
    queue: await manager.Queue<number>(),
  };
  const { lock, dict, queue } = shared;
  const other = begin(count, shared);
  return {
    async round(plan) {
      await killOne(countAndDie, plan, shared);
      let counted = 0;
      for (let i = 0; i < 2; i++) {
        await inTime("the lock", lock.acquire());
        counted = (await inTime("the count", dict.get("count"))) ?? 0;
        await inTime("the release", lock.release());
      }
      let later = counted;
      const look = async () => {
        for (; later <= counted; await sleep(1)) later = (await dict.get("count")) ?? 0;
      };
      await inTime("the other counts on", look());
      // Who waits for an item no more gets none.
      let items = 0;
      await until("the dead one waits no more", () => items++ > 20);
      await queue.put(1);
      must("item", await inTime("the item", queue.get()), 1);
    },
    async end() {
      await stop(other);
      await inTime("the manager is shut down", manager.shutdown());
    },
  };
}
