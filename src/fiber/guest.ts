import type * as Context from "effect/Context";
import * as Effect from "effect/Effect";
import type * as Exit from "effect/Exit";
import { host } from "../internal/host.ts";
import { hub } from "../scheduler/hub.ts";
import { DAEMON, GUEST } from "../scheduler/task.ts";
import { baseContext, withOurScheduler } from "./context.ts";
import { FiberCore } from "./core.ts";
import { drive } from "./drive.ts";
import type { Frame } from "./extra.ts";
import { OBSERVED, TYPED } from "./fiber-state.ts";
import { GreenletExit } from "./greenlet-exit.ts";
import { Origin } from "./origin.ts";
import { asyncOwner } from "./owner.ts";
import { watchProgram } from "./program.ts";

type Done = (exit: Exit.Exit<unknown, unknown>) => void;

/** Somebody who waits outside of any fiber's body has no time to clean up. */
const NO_GRACE = 0;

/**
 * The fiber on which a Wait runs that is awaited by an async function, the top
 * level of a script, or an Effect program. Users never see one.
 */
export class Guest extends FiberCore {
  readonly #done: Done;
  readonly #owner: FiberCore | undefined;

  constructor(frame: Frame, context: Context.Context<never> | undefined, done: Done) {
    const owner = context === undefined ? asyncOwner() : undefined;
    const scope = context === undefined ? undefined : withOurScheduler(context);
    const services = scope ?? owner?.origin.context ?? baseContext();
    super(0, frame, undefined, new Origin("main", services, host.frames.capture()));
    this.#owner = owner;
    this.#done = done;
    this.flags = GUEST | OBSERVED | TYPED;
    if (owner?.daemon === true) this.flags |= DAEMON;
  }

  /** The async fiber that awaits: its kills and timeouts reach the Wait. */
  override get owner(): FiberCore | undefined {
    return this.#owner;
  }

  get name(): string {
    return this.owner?.name ?? "main";
  }

  runStep(): void {
    drive(this);
  }

  start(): void {
    watchProgram();
    hub.roster.add(this);
    const { owner } = this;
    if (owner !== undefined) this.#join(owner);
    if (!this.dead) hub.push(this);
  }

  /** Kills it and waits for its end: what an Effect's interruption comes to. */
  stop(): Effect.Effect<void> {
    if (this.dead) return Effect.void;
    return Effect.callback<void>((resume) => {
      this.observe({ settled: () => resume(Effect.void), observes: false, prompt: false });
      this.beginKill(new GreenletExit(), NO_GRACE);
    });
  }

  protected unobserved(): void {
    // Its error goes to whoever awaits.
  }

  protected override settled(exit: Exit.Exit<unknown, unknown>): void {
    const guests = this.owner?.extra?.guests;
    const index = guests?.indexOf(this) ?? -1;
    if (index >= 0) guests?.splice(index, 1);
    this.#done(exit);
  }

  /** A killed async function gets its kill at every Wait, and what struck it meanwhile. */
  #join(owner: FiberCore): void {
    const { more } = owner;
    if (more.killing !== undefined) return this.endThrowing(more.killing.strike.error);
    more.guests.push(this);
    for (const strike of more.strikes.splice(0)) this.strike(strike);
  }
}
