import { loadModule } from "../../child/load-module.ts";
import { orphaned } from "../../child/orphaned.ts";
import { decode } from "../../codec/codec.ts";
import { fault } from "../../fault.ts";
import { type PoolJob, toBytes } from "../../messages.ts";
import { findFunction } from "../../naming/find-function.ts";
import { Outbox, pack } from "../outbox.ts";
import { fromMessage, isPacket, type PacketMessage, toMessage } from "../port.ts";
import { ERROR, type Packet } from "../wire.ts";
import { Desk } from "./desk.ts";
import { runTask } from "./run-task.ts";

/**
 * So long may a worker that is to leave go on with what its tasks have left behind:
 * shorter would cut off what is nearly done, longer hold up whoever joins the pool.
 */
const LEAVE_MS = 1000;

/** What a worker of a pool does: tasks, until it is told to leave. */
export async function servePool(job: PoolJob): Promise<void> {
  // It lives as long as the channel, also while it has nothing to do.
  process.channel?.ref();
  // With a callback it is no error if the pool has gone: this process is about to be told.
  const send = (packet: Packet): void => void process.send?.(toMessage(packet), () => {});
  const desk = new Desk({ send, leave, concurrency: job.concurrency });
  process.on("message", (message: PacketMessage) => {
    if (isPacket(message)) desk.takeLast(fromMessage(message));
  });
  const out = new Outbox();
  try {
    await initialize(job);
    out.add('["ready"]');
    send(out.take());
    fault?.("worker.ready");
  } catch (error) {
    process.exitCode = 1;
    out.add(`["failed",${out.data(pack(error, new Set(), "error"))}]`);
    send(out.take());
    leave();
  }
}

async function initialize({ initializer, initargs, modules }: PoolJob): Promise<void> {
  for (const module of modules) await loadModule(module);
  if (initializer === undefined) return;
  const fn = await findFunction(initializer, loadModule);
  const { kind, value } = await runTask(fn, 0, decode(toBytes(initargs)));
  if (kind === ERROR) throw value;
}

/** Ends as a program does: what is left to do is done, but not for ever. */
function leave(): void {
  process.off("disconnect", orphaned);
  process.disconnect();
  setTimeout(() => process.exit(), LEAVE_MS).unref();
}
