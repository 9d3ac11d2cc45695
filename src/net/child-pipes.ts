import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { spawn } from "../fiber/spawn.ts";
import type { Yieldable } from "../fiber/wait.ts";
import type { Data } from "./data-queue.ts";
import { BrokenPipeError } from "./os-errors.ts";
import { PipeReader } from "./pipe-reader.ts";
import { PipeWriter } from "./pipe-writer.ts";
import type { Output } from "./subprocess-errors.ts";
import type { AnyPipeReader, Encoding } from "./subprocess-options.ts";

/** Owns the pipes to a child, those that there are. */
export class ChildPipes {
  readonly stdin: PipeWriter | undefined;
  readonly stdout: PipeReader<Data> | undefined;
  readonly stderr: PipeReader<Data> | undefined;

  constructor({ stdin, stdout, stderr }: ChildProcess, encoding: Encoding | undefined) {
    const reader = (stream: Readable) => {
      if (encoding === undefined) return new PipeReader<Data>(stream, Buffer.alloc(0));
      return new PipeReader<Data>(stream.setEncoding(encoding), "");
    };
    if (encoding !== undefined) stdin?.setDefaultEncoding(encoding);
    this.stdin = stdin === null ? undefined : new PipeWriter(stdin);
    this.stdout = stdout === null ? undefined : reader(stdout);
    this.stderr = stderr === null ? undefined : reader(stderr);
  }

  /** What the child has printed and nobody has read. */
  get printed(): { readonly stdout: Output; readonly stderr: Output } {
    return { stdout: this.stdout?.peek(), stderr: this.stderr?.peek() };
  }

  /** Waits until both outputs have ended. Takes nothing out, so that it can be cut short and done again. */
  *drained(): Generator<Yieldable<never>, void, never> {
    this.lift(1);
    try {
      if (this.stdout !== undefined) yield* this.stdout.ended();
      if (this.stderr !== undefined) yield* this.stderr.ended();
    } finally {
      this.lift(-1);
    }
  }

  /** Lets everything come in, or holds it up again: see `Inbox.lift`. */
  lift(by: 1 | -1): void {
    this.stdout?.lift(by);
    this.stderr?.lift(by);
  }

  close(): void {
    this.stdin?.close();
    this.stdout?.close();
    this.stderr?.close();
  }

  /** Writes to the child what another one prints. */
  feedFrom(source: AnyPipeReader): void {
    // It ends with either of the two children, which keep the program alive.
    spawn({ daemon: true, name: "pipe" }, copy, source, this.stdin as PipeWriter);
  }
}

function* copy(from: AnyPipeReader, to: PipeWriter): Generator<Yieldable<never>, void, never> {
  try {
    for (;;) {
      const data = yield* from.recv();
      if (data.length === 0) return;
      yield* to.write(data);
    }
  } catch (error) {
    // The reader of a pipeline may have enough: so has its writer then, by SIGPIPE.
    if (!(error instanceof BrokenPipeError)) throw error;
  } finally {
    from.close();
    to.close();
  }
}
