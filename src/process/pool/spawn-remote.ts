import { Fiber } from "../../fiber/fiber.ts";
import { GENERATOR, TYPED } from "../../fiber/fiber-state.ts";
import { isGreenletExit } from "../../fiber/greenlet-exit.ts";
import type { Origin } from "../../fiber/origin.ts";
import { begin } from "../../fiber/spawn.ts";
import type { Yieldable } from "../../fiber/wait.ts";
import { Event } from "../../sync/event.ts";
import { ResultGet } from "../../sync/outcome.ts";
import { Delivery } from "./async-result.ts";
import type { Callee } from "./callees.ts";
import type { Foreman } from "./foreman.ts";
import { Task } from "./task.ts";
import { CallInput } from "./task-input.ts";
import { FIBER } from "./wire.ts";

const NO_LIMITS = { timeout: undefined, retries: 0 };

/**
 * A fiber here that stands for one in a worker: it ends as that does, and its kill
 * is the other's.
 */
export function spawnRemote(
  foreman: Foreman,
  callee: Callee,
  args: readonly unknown[],
  origin: Origin,
): Fiber {
  const remote = new Remote(foreman);
  const input = new CallInput(args);
  remote.task = new Task(foreman.nextTask(), callee, FIBER, input, NO_LIMITS, remote);
  const fiber = new Fiber(following, [remote], origin);
  fiber.flags |= GENERATOR | TYPED;
  fiber.observe({ settled: () => remote.leave(undefined), observes: false, prompt: true });
  foreman.submit(remote.task);
  return begin(fiber);
}

/** The task of a spawned function. */
class Remote {
  readonly delivery: Delivery<unknown> = new Delivery();
  /** Set once no worker is at it. */
  readonly gone: Event = new Event();
  readonly #foreman: Foreman;
  declare task: Task;
  #isLeft = false;

  constructor(foreman: Foreman) {
    this.#foreman = foreman;
  }

  done(_task: Task, _kind: number, value: unknown): void {
    this.delivery.fulfil(value);
  }

  failed(_task: Task, error: unknown): void {
    this.delivery.reject(error);
  }

  /** Its fiber here has ended, or is being killed by `reason`. */
  leave(reason: unknown): void {
    if (this.#isLeft || this.task.isSettled) return;
    this.#isLeft = true;
    this.task.onGone = () => this.gone.set();
    this.#foreman.kill(this.task, isGreenletExit(reason) ? undefined : reason);
  }

  /** It would not end by itself. */
  end(): void {
    this.#foreman.endWorkerOf(this.task);
  }
}

function* following(remote: Remote): Generator<Yieldable, unknown, never> {
  try {
    return yield* new ResultGet<unknown, unknown>(remote.delivery);
  } catch (error) {
    if (!remote.task.isSettled) yield* waitForDeath(remote, error);
    throw error;
  }
}

/** While the body there cleans up this one is not dead either. */
function* waitForDeath(remote: Remote, reason: unknown): Generator<Yieldable, void, never> {
  remote.leave(reason);
  try {
    yield* remote.gone.wait();
  } catch {
    // The grace is over.
    remote.end();
  }
}
