import * as Exit from "effect/Exit";
import { hub } from "../scheduler/hub.ts";
import { Companion } from "./companion.ts";
import type { Extra } from "./extra.ts";
import { ASYNC, FiberState } from "./fiber-state.ts";
import { Killing } from "./killing.ts";
import { isInterrupt, thrownFrom } from "./outcome.ts";
import { ENDING, FORCED, NEW, PARKED, STRUCK, VALUED } from "./state.ts";
import type { Strike } from "./strike.ts";

/**
 * What reaches a fiber from outside of its body: strikes (kills, timeouts,
 * deadlock reports) and the results of the Effects that it yields.
 */
export abstract class FiberCore extends FiberState {
  /** Throws `strike.error` at the fiber's `yield*`: now if it is parked, else at its next park. */
  strike(strike: Strike): void {
    if (this.state >= ENDING) return;
    const { more } = this;
    const guest = this.isKill(strike) ? undefined : more.guests.at(-1);
    if (guest !== undefined) guest.strike(strike);
    else if (this.state === PARKED && this.admits(strike)) this.hit(strike);
    else more.strikes.push(strike);
  }

  /** Takes back a strike that was not thrown yet. */
  withdraw(strike: Strike): void {
    const strikes = this.extra?.strikes;
    const index = strikes?.indexOf(strike) ?? -1;
    if (index >= 0) strikes?.splice(index, 1);
  }

  /** Called by the driver when a step ended in a park: a strike may be due. */
  settlePark(extra: Extra): void {
    const { killing } = extra;
    if (killing?.delivered === true && extra.mask === 0) {
      killing.startGrace();
      if (killing.graceOver) return this.strikeAgain(killing);
    }
    if (extra.strikes.length === 0) return;
    const index = extra.strikes.findIndex((strike) => this.admits(strike));
    const [strike] = index < 0 ? [] : extra.strikes.splice(index, 1);
    if (strike !== undefined) this.hit(strike);
  }

  /** Kills it; `reason` is what the body gets thrown. */
  beginKill(reason: unknown, graceMs: number): void {
    if (this.state >= ENDING) return;
    const { more } = this;
    if (more.killing !== undefined) return more.killing.hurry(graceMs);
    const strike = { error: reason, level: 0 };
    more.killing = new Killing(strike, graceMs, () => this.graceIsOver());
    more.controller?.abort(reason);
    if (this.state === NEW) return this.end(this.exitOf(reason));
    this.strike(strike);
    // An async function can't be thrown into, but the Waits that it awaits can.
    for (const guest of [...more.guests]) guest.strike(strike);
  }

  private graceIsOver(): void {
    const { killing, mask } = this.more;
    if (killing !== undefined && this.state === PARKED && mask === 0) this.strikeAgain(killing);
  }

  private strikeAgain(killing: Killing): void {
    if (!killing.exhausted()) return this.hit(killing.strike);
    this.unregister();
    this.state = FORCED;
    hub.push(this);
  }

  /** An async body can only be ended; all else waits for a Wait that it awaits. */
  private admits(strike: Strike): boolean {
    if ((this.flags & ASYNC) !== 0 && !this.isKill(strike)) return false;
    return this.extra?.inFlight === undefined && this.more.mask <= strike.level;
  }

  private isKill(strike: Strike): boolean {
    return this.extra?.killing?.strike === strike;
  }

  /** Takes the fiber off what it waits for and queues the throw. */
  private hit(strike: Strike): void {
    if (this.state === PARKED && this.park?.cancel() === false) {
      this.more.inFlight = strike;
      return;
    }
    const queued = this.state !== PARKED;
    this.park = undefined;
    this.throwNext(strike);
    if (!queued) hub.push(this);
  }

  private throwNext(strike: Strike): void {
    const killing = this.extra?.killing;
    if (killing?.strike === strike) killing.delivered = true;
    if (this.extra !== undefined) this.extra.inFlight = undefined;
    this.state = STRUCK;
    this.inbox = strike.error;
  }

  // --- Foreign Effects

  /** Starts a yielded Effect; true if it ended at once and the driver goes on. */
  perform(effect: Parameters<Companion["perform"]>[0]): boolean {
    const { more } = this;
    let companion = more.companion;
    if (companion === undefined || companion.struck) {
      if (companion !== undefined) more.formerCompanions.push(companion);
      companion = new Companion(this);
      more.companion = companion;
    }
    const exit = companion.perform(effect, this.origin.context);
    if (exit === undefined) {
      this.parkOn(companion);
      this.settlePark(more);
      return false;
    }
    this.receive(exit);
    return true;
  }

  /** The Effect that the fiber is parked on has ended. */
  effectDone(exit: Exit.Exit<unknown, unknown>): void {
    if (this.state !== PARKED) return;
    this.park = undefined;
    const strike = this.extra?.inFlight;
    if (strike === undefined) this.receive(exit);
    else this.receiveStruck(exit, strike);
    hub.push(this);
  }

  /** Puts what an Effect gave where the next step finds it. */
  receive(exit: Exit.Exit<unknown, unknown>): void {
    if (Exit.isSuccess(exit)) {
      this.state = VALUED;
      this.inbox = exit.value;
      return;
    }
    this.state = STRUCK;
    this.inbox = this.failing(thrownFrom(exit.cause));
  }

  /** A finalizer's own failure goes first; the strike then comes at the next park. */
  private receiveStruck(exit: Exit.Exit<unknown, unknown>, strike: Strike): void {
    this.more.inFlight = undefined;
    if (Exit.isSuccess(exit) || isInterrupt(exit.cause)) return this.throwNext(strike);
    this.more.strikes.unshift(strike);
    this.receive(exit);
  }
}
