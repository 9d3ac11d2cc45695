import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { show } from "../fiber/body.ts";
import { toMillis } from "../fiber/delay.ts";
import type { Waitable } from "../fiber/iwait.ts";
import { checkOptions, isLimited, limited, type WaitOptions } from "../fiber/limits.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import { signalNames } from "../internal/signal-names.ts";
import { Links, type RawLink } from "../sync/links.ts";
import { ChildPipes } from "./child-pipes.ts";
import { Ending } from "./ending.ts";
import { PipeReader } from "./pipe-reader.ts";
import type { PipeWriter } from "./pipe-writer.ts";
import { startChild } from "./start-child.ts";
import { type Command, showCommand, TimeoutExpired } from "./subprocess-errors.ts";
import {
  checkKeys,
  type DataOf,
  encodingOf,
  type IfPiped,
  type NoOptions,
  type Only,
  PIPE,
  POPEN_OPTIONS,
  type PopenOptions,
} from "./subprocess-options.ts";

/** What `communicate` takes. */
export interface CommunicateOptions extends WaitOptions {
  /** What the child reads: its `stdin` must be a pipe. */
  readonly input?: string | Uint8Array | undefined;
}

type Out<O> = IfPiped<O, "stdout", DataOf<O>>;
type Err<O> = IfPiped<O, "stderr", DataOf<O>>;

/**
 * A child process, started at once. It keeps the program alive until it ends.
 * `wait([child])` and `iwait` take it, and `await using` waits for its end.
 *
 * While somebody waits for its end its pipes are emptied into memory, so that a
 * child that prints more than a pipe holds does end.
 *
 * gevent: `gevent.subprocess.Popen`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { PIPE, Popen } from "fibril/subprocess";
 *
 * spawn(function* () {
 *   const child = new Popen(["tr", "a-z", "A-Z"], { stdin: PIPE, stdout: PIPE, text: true });
 *   const [stdout] = yield* child.communicate({ input: "hello" });
 *   console.log(stdout, child.returncode); // -> HELLO 0
 * });
 * ```
 */
export class Popen<const O extends PopenOptions = NoOptions> implements Waitable {
  /** The command as it was given. */
  readonly args: Command;
  readonly pid: number;
  /** Where to write what it reads; only with `stdin: PIPE`. */
  readonly stdin: IfPiped<O, "stdin", PipeWriter>;
  /** Where to read what it prints; only with `stdout: PIPE`. */
  readonly stdout: IfPiped<O, "stdout", PipeReader<DataOf<O>>>;
  /** Where to read its error output; only with `stderr: PIPE`. */
  readonly stderr: IfPiped<O, "stderr", PipeReader<DataOf<O>>>;
  readonly #pipes: ChildPipes;
  readonly #exit: Ending<number>;
  readonly #hasGroup: boolean;
  readonly #links: Links<this> = new Links(this);
  #communicating = false;

  /**
   * @param args the program and its arguments, or a program's name alone; with `shell: true` a line.
   * @throws FileNotFoundError or PermissionError if it can't be started; TypeError or RangeError for bad input.
   */
  constructor(args: Command, options?: Only<O, PopenOptions>) {
    checkKeys(options, POPEN_OPTIONS, "start a child");
    const given: PopenOptions = options ?? {};
    const encoding = encodingOf(given);
    const child = startChild(args, given);
    const pipes = new ChildPipes(child, encoding);
    if (given.stdin instanceof PipeReader) pipes.feedFrom(given.stdin);
    this.args = args;
    this.pid = child.pid as number;
    this.stdin = (given.stdin === PIPE ? pipes.stdin : undefined) as never;
    this.stdout = pipes.stdout as never;
    this.stderr = pipes.stderr as never;
    this.#pipes = pipes;
    this.#exit = endingOf(child, args, pipes);
    this.#hasGroup = given.startNewSession === true;
  }

  /** Its exit code once it has ended; `-N` if signal N killed it. */
  get returncode(): number | undefined {
    return this.#exit.exitcode;
  }

  /** As `returncode`, which is always up to date. */
  poll(): number | undefined {
    return this.returncode;
  }

  /** Waits for its end and gives its returncode. Past `timeout` throws TimeoutExpired; it runs on. */
  wait(options?: WaitOptions): Wait<number> {
    checkOptions(options, "wait");
    const exit = this.#exit as Wait<number>;
    return isLimited(options) ? this.#within(exit, options) : exit;
  }

  /**
   * Sends `input`, closes `stdin`, reads both outputs to their ends, waits for the
   * child's, and gives what it printed. Past `timeout` throws TimeoutExpired: the
   * child runs on, and called once more, without input, it misses nothing.
   */
  communicate(options?: CommunicateOptions): Wait<[stdout: Out<O>, stderr: Err<O>]> {
    checkKeys(options, ["input", "timeout", "signal"], "communicate");
    const { input, ...limits } = options ?? {};
    const all = script(() => this.#communicate(input));
    return isLimited(limits) ? this.#within(all, limits) : all;
  }

  *#communicate(
    input: string | Uint8Array | undefined,
  ): Generator<Yieldable<never>, [stdout: Out<O>, stderr: Err<O>], never> {
    this.#send(input);
    yield* this.#pipes.drained();
    yield* this.wait();
    // Taken out only now: who is cut short before has lost nothing.
    return [this.#pipes.stdout?.takeAll() as Out<O>, this.#pipes.stderr?.takeAll() as Err<O>];
  }

  /** All of it at once: it leaves while the outputs are read. */
  #send(input: string | Uint8Array | undefined): void {
    const stdin = this.stdin as PipeWriter | undefined;
    if (input !== undefined) {
      const again = this.#communicating;
      if (stdin === undefined || again) throw cannotSend(this.args, again);
      stdin.send(input);
    }
    this.#communicating = true;
    stdin?.close();
  }

  #within<A>(wait: Wait<A>, options: WaitOptions): Wait<A> {
    const timely = limited(wait, options, EXPIRED);
    const millis = toMillis(options.timeout ?? Number.POSITIVE_INFINITY, "wait");
    return script(() => this.#orExpire(timely, millis));
  }

  *#orExpire<A>(
    timely: Wait<A | undefined>,
    millis: number,
  ): Generator<Yieldable<never>, A, never> {
    const value = (yield* timely) as A | undefined;
    if (value !== undefined) return value;
    throw new TimeoutExpired(this.args, millis, this.#pipes.printed);
  }

  /** Sends it a signal: a name or a number. Nothing happens once it has ended. */
  sendSignal(signal: string | number): void {
    checkSignal(signal);
    if (this.returncode !== undefined) return;
    deliver(signal, this.#hasGroup ? -this.pid : this.pid);
  }

  /** Asks it to end: SIGTERM. */
  terminate(): void {
    this.sendSignal("SIGTERM");
  }

  /** Ends it: SIGKILL. Wait for it afterwards to know that it has ended. */
  kill(): void {
    this.sendSignal("SIGKILL");
  }

  /** Calls `callback(child)` after its end, in the run loop itself: it must neither wait nor throw. */
  rawLink(callback: RawLink<this>): void {
    this.#exit.join(this.#links.add(callback));
  }

  /** Takes a `rawLink` back. */
  unlink(callback: unknown): void {
    this.#links.remove(callback);
  }

  /** @internal Reads and writes no more. */
  closePipes(): void {
    this.#pipes.close();
  }

  /** Closes its pipes and waits for its end. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.closePipes();
    await this.wait();
  }
}

/** Neither a returncode nor what was printed is `undefined`. */
const EXPIRED = { value: undefined };

/** Gives its returncode: `-N` if signal N killed it. */
function endingOf(child: ChildProcess, args: Command, pipes: ChildPipes): Ending<number> {
  const ending = new Ending(
    () => `end of ${showCommand(args)}`,
    (returncode) => returncode,
  );
  ending.watchBy(pipes);
  child.once("exit", (code: number | null, signal: NodeJS.Signals | null) =>
    ending.settle(code ?? -constants.signals[signal as NodeJS.Signals]),
  );
  return ending;
}

function cannotSend(args: Command, again: boolean): Error {
  const what = `Cannot send input to ${showCommand(args)}`;
  if (again) return new Error(`${what} a second time: leave out \`input\` when trying again`);
  return new TypeError(`${what}: start it with \`stdin: PIPE\``);
}

function checkSignal(signal: unknown): void {
  if (typeof signal === "number" && Number.isInteger(signal) && signal >= 0) return;
  if (typeof signal === "string" && signalNames().includes(signal)) return;
  throw new RangeError(`Cannot send the signal ${show(signal)}: pass "SIGTERM" or its like`);
}

/** By the process id: Deno takes what `ChildProcess.kill` sends for how the child has ended. */
function deliver(signal: string | number, pid: number): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // It has ended, and we are about to be told.
    if ((error as { readonly code?: unknown }).code !== "ESRCH") throw error;
  }
}
