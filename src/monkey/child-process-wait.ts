import type { ChildProcess, ExecFileOptions, ExecOptions, SpawnOptions } from "node:child_process";
import type { Wait } from "../fiber/wait.ts";
import { builtin } from "./builtin.ts";
import { callWait, WAITED_FOR } from "./call-wait.ts";
import { beginChild, tieChild } from "./child-process.ts";
import type { HostFunction } from "./function-shape.ts";
import { originalOf } from "./patched-module.ts";

type Functions = Record<string, HostFunction>;

/** What a command has written. */
export interface Output<Text = string> {
  readonly stdout: Text;
  readonly stderr: Text;
}

/** For output in bytes. */
type Bytes = { readonly encoding: "buffer" | null };

/** The part of `node:child_process` that waits. */
export interface ChildProcessWaits {
  /** Runs a line in a shell and gives its output; fails where its exit code is not 0. */
  exec(command: string, options?: ExecOptions): Wait<Output, unknown>;
  exec(command: string, options: ExecOptions & Bytes): Wait<Output<Buffer>, unknown>;
  /** Runs a program and gives its output; fails where its exit code is not 0. */
  execFile(
    file: string,
    args?: readonly string[],
    options?: ExecFileOptions,
  ): Wait<Output, unknown>;
  execFile(
    file: string,
    args: readonly string[],
    options: ExecFileOptions & Bytes,
  ): Wait<Output<Buffer>, unknown>;
  /** Gives a program's process when it runs; fails where it can't be started. */
  spawn(
    file: string,
    args?: readonly string[],
    options?: SpawnOptions,
  ): Wait<ChildProcess, unknown>;
}

/**
 * The commands of `node:child_process` as Waits: a kill of the fiber kills the
 * child, a timeout that strikes the Wait as well. `fibril/subprocess` has more.
 *
 * gevent: `gevent.subprocess.check_output`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { childProcess } from "fibril/monkey";
 *
 * spawn(function* () {
 *   const { stdout } = yield* childProcess.exec("echo hello");
 *   console.log(stdout.trim()); // -> hello
 * });
 * ```
 */
export const childProcess: ChildProcessWaits = {
  exec: (...args: unknown[]) => commandWait("exec", args),
  execFile: (...args: unknown[]) => commandWait("execFile", args),
  spawn: (...args: unknown[]) => spawnWait(args),
} as unknown as ChildProcessWaits;

function commandWait(name: string, args: readonly unknown[]): Wait<unknown, unknown> {
  return callWait(() => {
    const { promisify } = builtin<{ promisify(fn: unknown): HostFunction }>("util");
    const original = originalOf(builtin<Functions>("child_process")[name]);
    return beginChild(name, promisify(original), args);
  });
}

function spawnWait(args: readonly unknown[]): Wait<ChildProcess, unknown> {
  return callWait((owner) => {
    const original = originalOf(builtin<Functions>("child_process")["spawn"]) as HostFunction;
    const child: ChildProcess = original(...args);
    tieChild(owner, WAITED_FOR, child);
    const promise = new Promise<ChildProcess>((resolve, reject) => {
      child.once("spawn", () => {
        child.off("error", reject);
        resolve(child);
      });
      child.once("error", reject);
    });
    const end = () => child.kill("SIGKILL");
    return { promise, ending: { label: () => `spawn ${args[0]}`, abort: end, discard: end } };
  });
}
