/** The victim dies on its way to its work, with a pipe, a lock and a queue among its arguments. */
import { spawn } from "fibril";
import { activeChildren } from "../../../../src/process/active-children.ts";
import type { Connection } from "../../../../src/process/connection/connection.ts";
import { EOFError } from "../../../../src/process/connection/connection-errors.ts";
import { Queue } from "../../../../src/process/queue/queue.ts";
import { Pipe } from "../../../../src/process/ring/pipe.ts";
import { Lock } from "../../../../src/process/sync/lock.ts";
import type { Places } from "../plan.ts";
import { inTime, killEarly, must, type Scenario } from "../scenario.ts";

export async function work(there: Connection, lock: Lock, queue: Queue<string>): Promise<void> {
  await there.close();
  await lock.use(() => new Lock());
  await queue.put("done");
}

export const places: Places = {
  "child.started": 1,
  "child.told": 1,
  "child.loaded": 1,
  "arena.listening": 1,
  "arena.claimed": 1,
  "arena.joined": 1,
  "pipe.opened": 1,
  "child.decoded": 1,
  "arena.taken": 1,
  "child.done": 1,
};

export const farPlaces: Places = { "broker.joined": 1, "broker.asked": 10 };

export function scenario(): Scenario {
  const lock = new Lock();
  const queue = new Queue<string>();
  return {
    async round(plan) {
      const [here, there] = Pipe();
      const hearing = spawn(() => here.recv());
      const dying = killEarly(work, plan, there, lock, queue);
      await there.close();
      await dying;
      const how = await inTime(
        "it is told",
        hearing.get().then(String, (error) => error),
      );
      if (!(how instanceof EOFError)) throw new Error(`It got ${how}`);
      await here.close();
      await inTime("the lock", lock.acquire());
      must("abandoned", lock.abandoned, plan.place === "arena.taken");
      lock.release();
      while (!queue.empty()) queue.getNowait();
      must("children", activeChildren().length, 0);
    },
    async end() {},
  };
}
