import { decode } from "../codec/codec.ts";
import { context } from "../context.ts";
import { fault } from "../fault.ts";
import { LEVELS, log, watchExit } from "../logging/log.ts";
import { type Job, type PoolJob, type RunMessage, toBytes } from "../messages.ts";
import { findFunction } from "../naming/find-function.ts";
import { dieWithParent } from "./die-with-parent.ts";
import { loadModule } from "./load-module.ts";
import { needsFiber } from "./needs-fiber.ts";

/** Never rejects: what goes wrong is printed, and makes the exit code 1. */
export async function runJob(message: RunMessage): Promise<void> {
  const { name, daemon, identity, parent, home, job } = message;
  const watched = watchEnd(name);
  const kind = job.type === "pool" ? "pool worker" : "process";
  const authkey = toBytes(message.authkey);
  // Before anything is waited for: it may be asked who it is.
  context().info = { name, kind, daemon, identity, parent, home, authkey };
  await dieWithParent(parent.pid);
  beginLog(message.logging);
  process.argv.splice(1, process.argv.length, ...message.argv);
  if (job.type === "pool") {
    const { servePool } = await import("../pool/remote/serve-pool.ts");
    watched.isOver = true;
    return servePool(job);
  }
  try {
    const run = await prepare(job);
    log(LEVELS.INFO, "child process calling self.run()");
    const made = run();
    if (!needsFiber(made)) await made;
    else await (await import("../run-body.ts")).runBody(name, made);
  } catch (error) {
    fail(name, error);
  }
  watched.isOver = true;
  fault?.("child.done");
}

function beginLog(logging: RunMessage["logging"]): void {
  if (logging === undefined) return;
  context().logging = logging;
  watchExit();
}

async function prepare(job: Exclude<Job, PoolJob>): Promise<() => unknown> {
  if (job.type === "fail") throw new TypeError(job.error);
  for (const module of job.modules) await loadModule(module);
  fault?.("child.loaded");
  const target = job.target && (await findFunction(job.target, loadModule));
  const type = job.class && (await findFunction(job.class, loadModule));
  const args = decode(toBytes(job.args)) as unknown[];
  fault?.("child.decoded");
  if (type === undefined || job.data === undefined) return () => target?.(...args);
  const data = decode(toBytes(job.data)) as object;
  const { revive } = await import("../revive.ts");
  return () => revive(type, data, target, args).run();
}

/** Says so when a process ends while its work waits for what can't come: it would end with 0. */
function watchEnd(name: string): { isOver: boolean } {
  const work = { isOver: false };
  let isQuiet = false;
  process.on("beforeExit", () => {
    isQuiet = true;
    // It does not come where the process ends now, but where somebody found something to do yet.
    setTimeout(() => {
      isQuiet = false;
    }, 0).unref();
  });
  process.on("exit", () => {
    if (isQuiet && !work.isOver) fail(name, "its work waits for what nothing can bring about");
  });
  return work;
}

function fail(name: string, error: unknown): void {
  process.exitCode = 1;
  console.error(`Process ${name}:`, error);
}
