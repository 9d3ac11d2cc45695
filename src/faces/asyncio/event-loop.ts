import type { Input as DurationInput } from "effect/Duration";
import type { Fiber } from "../../fiber/fiber.ts";
import { killAll } from "../../fiber/kill-all.ts";
import { spawn, spawnLater } from "../../fiber/spawn.ts";
import type { Wait } from "../../fiber/wait.ts";
import { hub } from "../../scheduler/hub.ts";
import { Event } from "../../sync/event.ts";
import { type Awaitable, type ErrorOf, type ResultOf, type TaskOptions, toTask } from "./task.ts";
import { toThread } from "./to-thread.ts";

/** A call that `callSoon` or `callLater` has queued. */
export interface Handle {
  /** It will not be made, unless it was begun. */
  cancel(): void;
  /** Whether it was cancelled in time. */
  cancelled(): boolean;
}

/**
 * The loop of a program as asyncio's programs know it: what `getEventLoop` gives.
 * It owns the tasks and calls that it was given. All loops run on the one hub,
 * and fibers need none of them.
 *
 * asyncio: `asyncio.AbstractEventLoop`.
 *
 * @example
 * ```ts
 * import { type EventLoop, getEventLoop } from "fibril/asyncio";
 *
 * async function main() {
 *   const loop: EventLoop = getEventLoop();
 *   const greeting = await loop.runUntilComplete(() => `time goes by: ${loop.time() > 0}`);
 *   loop.close();
 *   console.log(greeting); // -> time goes by: true
 * }
 * void main();
 * ```
 */
export class EventLoop {
  readonly #tasks: Set<Fiber> = new Set();
  #main: Fiber | undefined;
  #stopped: Event | undefined;
  #closed = false;

  /** Runs an awaitable and gives its task: `await` it, or `yield*` it in a fiber. */
  runUntilComplete<T extends Awaitable>(main: T): Fiber<ResultOf<T>, ErrorOf<T>> {
    if (this.#main !== undefined) {
      throw new Error("This event loop is running already: await what it runs first");
    }
    const task = this.createTask(main);
    this.#main = task;
    task.observe({ settled: () => this.#mainEnded(), observes: false, prompt: true });
    return task;
  }

  /** Runs until `stop` is called. */
  runForever(): Fiber<boolean> {
    this.#stopped = new Event();
    return this.runUntilComplete(this.#stopped.wait());
  }

  /** Ends `runForever`. */
  stop(): void {
    this.#stopped?.set();
  }

  /** Queues an awaitable as a task; a task is given back as it is. */
  createTask<T extends Awaitable>(
    awaitable: T,
    options?: TaskOptions,
  ): Fiber<ResultOf<T>, ErrorOf<T>> {
    return this.begin(awaitable, this.createTask, options);
  }

  /** @internal As `createTask`; `caller` is left out of the spawn site. */
  begin<T extends Awaitable>(
    awaitable: T,
    caller: (...args: never[]) => unknown,
    options?: TaskOptions,
  ): Fiber<ResultOf<T>, ErrorOf<T>> {
    this.#refuseClosed();
    const task = toTask(awaitable, caller, options);
    return (task as unknown) === awaitable ? task : this.#adopt(task);
  }

  /** Queues the call of a function, or of any kind of body. */
  callSoon<Args extends unknown[]>(fn: (...args: Args) => unknown, ...args: Args): Handle {
    this.#refuseClosed();
    return handleOf(this.#adopt(spawn<Args, unknown>(fn as never, ...args)));
  }

  /** As `callSoon`, when `delay` has passed. */
  callLater<Args extends unknown[]>(
    delay: DurationInput,
    fn: (...args: Args) => unknown,
    ...args: Args
  ): Handle {
    this.#refuseClosed();
    return handleOf(this.#adopt(spawnLater<Args, unknown>(delay, fn as never, ...args)));
  }

  /** As `toThread`; there is no executor but that one: pass `undefined`. */
  runInExecutor<Args extends unknown[], A>(
    _executor: undefined | null,
    fn: (...args: Args) => A,
    ...args: Args
  ): Wait<Awaited<A>, unknown> {
    return toThread(fn, ...args);
  }

  /** The time in milliseconds, on the clock that `callLater` goes by. */
  time(): number {
    return hub.timers.now();
  }

  isRunning(): boolean {
    return this.#main !== undefined;
  }

  isClosed(): boolean {
    return this.#closed;
  }

  /** Kills its tasks, and takes no more. Throws an Error while it runs. */
  close(): void {
    if (this.#main !== undefined) {
      throw new Error("Cannot close a running event loop: await what it runs first");
    }
    this.#closed = true;
    void this.killTasks();
  }

  /** @internal At once; the Wait is for their end. */
  killTasks(): Wait<void> {
    return killAll(this.#tasks);
  }

  /** It is killed if it still runs when the loop is closed. */
  #adopt<F extends Fiber>(task: F): F {
    this.#tasks.add(task);
    const settled = () => void this.#tasks.delete(task);
    task.observe({ settled, observes: false, prompt: true });
    return task;
  }

  #mainEnded(): void {
    this.#main = undefined;
    this.#stopped = undefined;
  }

  #refuseClosed(): void {
    if (this.#closed) throw new Error("This event loop is closed: getEventLoop() gives a new one");
  }
}

function handleOf(task: Fiber): Handle {
  return {
    cancel: () => void task.kill(),
    cancelled: () => task.status === "killed",
  };
}
