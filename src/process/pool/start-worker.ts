import type { Child } from "../child-process.ts";
import { context } from "../context.ts";
import { currentState } from "../current-state.ts";
import { homeAddress } from "../family.ts";
import { type PoolJob, toText } from "../messages.ts";
import { takeChild } from "../spares.ts";

/** Who a worker is. */
export interface WorkerName {
  readonly name: string;
  readonly identity: readonly number[];
}

/** The next one: workers are counted together with other processes. */
export function nextName(): WorkerName {
  const identity = [...currentState().identity, ++context().made];
  return { name: `PoolWorker-${identity.join(":")}`, identity };
}

/**
 * Starts the process of a worker.
 *
 * @param onFailure is called if its initializer turns out to be one that it can't find.
 * @throws ProcessError if the system refuses it.
 */
export function startWorker(
  job: PoolJob | Promise<PoolJob>,
  { name, identity }: WorkerName,
  onFailure: (error: unknown) => void,
): Child {
  const child = takeChild();
  child.role = { name, kind: "pool worker", daemon: false };
  const self = currentState();
  const authkey = toText(self.authkey);
  const parent = { name: self.name, pid: process.pid };
  const argv = process.argv.slice(1);
  const home = homeAddress();
  const { logging } = context();
  const send = (job: PoolJob) => {
    if (!child.isAlive) return;
    child.send({
      type: "run",
      name,
      daemon: false,
      identity,
      authkey,
      parent,
      home,
      logging,
      argv,
      job,
    });
  };
  if (job instanceof Promise) void job.then(send).catch(onFailure);
  else send(job);
  return child;
}
