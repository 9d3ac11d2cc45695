import { isGeneratorFunction } from "../fiber/body.ts";
import { inheritedContext } from "../fiber/context.ts";
import { Fiber } from "../fiber/fiber.ts";
import { GENERATOR, TYPED } from "../fiber/fiber-state.ts";
import { Origin, originOf } from "../fiber/origin.ts";
import type { Site } from "../fiber/site.ts";
import { spawner } from "../fiber/spawn.ts";
import { host } from "../internal/host.ts";

export type Task = (...args: unknown[]) => unknown;

/** What a call of `apply`, `map` or `imap` has its members do; they know the line of that call. */
export class Work {
  readonly task: Task;
  readonly #flags: number;
  readonly #site: Site | undefined;

  /** @param caller what the user called: it is left out of the spawn site. */
  constructor(task: Task, caller: (...args: never[]) => unknown) {
    this.task = task;
    this.#flags = isGeneratorFunction(task) ? GENERATOR : TYPED;
    this.#site = originOf(task, caller, inheritedContext(), spawner()).site;
  }

  /** Where the members come from that the running fiber begins: one for all of them. */
  origin(label: string = this.task.name): Origin {
    const asyncFrame = host.frames.capture();
    return new Origin(label, inheritedContext(), asyncFrame, spawner(), this.#site);
  }

  /** A new fiber that runs the task, not begun. */
  member(args: unknown[], origin: Origin): Fiber {
    const fiber = new Fiber(this.task, args, origin);
    fiber.flags = this.#flags;
    return fiber;
  }
}
