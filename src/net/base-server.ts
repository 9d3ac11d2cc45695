import type { Input as DurationInput } from "effect/Duration";
import { toMillis } from "../fiber/delay.ts";
import type { Fiber } from "../fiber/fiber.ts";
import { checkOptions } from "../fiber/limits.ts";
import { sleep } from "../fiber/sleep.ts";
import { spawn } from "../fiber/spawn.ts";
import { script, type Wait, type Yieldable } from "../fiber/wait.ts";
import type { Address } from "./address.ts";
import { ServerRun, type Serving } from "./server-run.ts";
import type { SocketError } from "./socket-error.ts";

/** How a server is stopped. */
export interface StopOptions {
  /** How long handlers may go on before they are killed; 1 second if absent. */
  readonly timeout?: DurationInput | undefined;
}

/** gevent's `stop_timeout`. */
const STOP_TIMEOUT_MS = 1000;

/**
 * What all servers share: how they start, serve and stop. A fiber of its own
 * accepts, and begins another one for every connection, datagram or request.
 *
 * gevent: `gevent.baseserver.BaseServer`.
 */
export abstract class BaseServer {
  readonly #serving: Serving<unknown>;
  readonly #requested: Address;
  #run: ServerRun | undefined;
  #stopped: ServerRun | undefined;
  #stopping: Fiber<void> | undefined;
  #closed = false;

  /** @internal */
  protected constructor(serving: Serving<unknown>, requested: Address) {
    this.#serving = serving;
    this.#requested = requested;
  }

  /**
   * Begins to listen at once, and serves until `stop`; the Wait is until it
   * listens. A server that was stopped can be started again, one that runs is left
   * as it is. Throws a SocketError if the address can't be had.
   */
  start(): Wait<void, SocketError> {
    return script(opened, this.#ensureRun());
  }

  /** Starts it if need be, and waits until it is stopped; a kill stops it. */
  serveForever(options?: StopOptions): Wait<void, SocketError> {
    stopTimeout(options, "serveForever");
    return script(() => this.#serve(options));
  }

  /**
   * Lets nobody in from now on. The Wait is until the handlers have ended: those
   * that still run after the `timeout` are killed, and what they talk to is closed.
   * A handler may stop its own server, but must not wait for it.
   */
  stop(options?: StopOptions): Wait<void> {
    const millis = stopTimeout(options, "stop");
    this.close();
    const run = this.#run;
    if (run !== undefined && run !== this.#stopped) {
      this.#stopped = run;
      this.#stopping = spawn({ name: `stop of ${this.#serving.name}` }, run.finish(millis));
    }
    return script(ended, this.#stopping);
  }

  /** Lets nobody in from now on, and leaves handlers to their work. */
  close(): void {
    this.#closed = true;
    this.#run?.close();
  }

  /** Where it listens, or did last; before its start, where it is to. */
  get address(): Address {
    return this.#run?.source?.address ?? this.#requested;
  }

  /** The port of its address: the real one, also if 0 was asked for. */
  get port(): number {
    return this.address.port;
  }

  /** Whether it listens. */
  get started(): boolean {
    return this.#run?.source?.closed === false;
  }

  /** Whether it was stopped or closed, and not started again. */
  get closed(): boolean {
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  #ensureRun(): ServerRun {
    const run = this.#run;
    if (run !== undefined && !run.loop.dead && !this.#closed) return run;
    this.#closed = false;
    this.#run = new ServerRun(this.#serving);
    return this.#run;
  }

  *#serve(options: StopOptions | undefined): Generator<Yieldable<SocketError>, void, never> {
    const run = this.#ensureRun();
    yield* opened(run);
    try {
      yield* run.loop.join();
    } finally {
      yield* this.stop(options);
    }
  }
}

function* opened(run: ServerRun): Generator<Yieldable<SocketError>, void, never> {
  yield* run.opening.get();
}

function* ended(stopping: Fiber<void> | undefined): Generator<Yieldable<never>, void, never> {
  yield* stopping?.join() ?? sleep();
}

/** Throws at the call for bad options. */
function stopTimeout(options: StopOptions | undefined, caller: string): number {
  checkOptions(options, caller);
  return options?.timeout === undefined ? STOP_TIMEOUT_MS : toMillis(options.timeout, caller);
}
