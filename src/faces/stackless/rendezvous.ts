import type { FiberCore } from "../../fiber/core.ts";
import { ready, type Step } from "../../fiber/fiber-state.ts";
import { hub } from "../../scheduler/hub.ts";
import { ChannelClosed } from "../../sync/channel-closed.ts";
import { Bomb } from "./bomb.ts";
import { Chain } from "./chain.ts";
import { coreOf, type TaskletCore } from "./core.ts";
import { Place } from "./place.ts";
import { refuseSwitch } from "./switch-to.ts";
import { TaskletError } from "./tasklet-error.ts";

export const SENDING = 1;
export const RECEIVING = -1;
export type Direction = typeof SENDING | typeof RECEIVING;

/** What the running fiber is about: to send `value`, or to receive. */
export interface Action {
  readonly direction: Direction;
  readonly value: unknown;
}

/** Told of every action before it happens, and whether it is going to block. */
export type Watcher = (
  channel: object,
  acting: TaskletCore,
  action: Action,
  willBlock: boolean,
) => void;

let watcher: Watcher | undefined;

export function watchChannels(next: Watcher | undefined): void {
  watcher = next;
}

/**
 * Where senders and receivers meet: a queue of those who came first, all of one
 * kind, and the rules of who goes on when two have met.
 */
export class Rendezvous {
  readonly queue: Chain<Place> = new Chain();
  /** Who goes on at once: the receiver at -1, the sender at 1, at 0 whoever acts. */
  preference = -1;
  /** Whoever acts lets all others go first; the preference is of no account then. */
  scheduleAll = false;
  isClosing = false;
  /** What those in the queue are about. */
  #direction: Direction = SENDING;
  readonly #channel: object;

  /** @param channel what the watcher is told. */
  constructor(channel: object) {
    this.#channel = channel;
  }

  /** How many senders wait; negative: how many receivers. */
  get balance(): number {
    return this.queue.size === 0 ? 0 : this.#direction * this.queue.size;
  }

  act(action: Action, fiber: FiberCore): Step {
    const core = coreOf(fiber);
    const partner = this.balance * action.direction < 0 ? this.queue.first : undefined;
    if (watcher !== undefined) this.#tell(watcher, action, core, partner === undefined);
    return partner === undefined
      ? this.#block(action, core, fiber)
      : this.#meet(partner, action, core, fiber);
  }

  #tell(watch: Watcher, action: Action, core: TaskletCore, willBlock: boolean): void {
    // Where the watcher finds what is sent.
    core.tempval = action.value;
    try {
      watch(this.#channel, core, action, willBlock);
    } finally {
      core.tempval = undefined;
    }
  }

  #block({ direction, value }: Action, core: TaskletCore, fiber: FiberCore): Step {
    const what = direction === SENDING ? "send" : "receive";
    if (core.blockTrap) {
      throw new TaskletError(
        `Cannot ${what}: that would block tasklet "${core.name}", and its blockTrap is set`,
      );
    }
    if (this.isClosing) {
      throw new ChannelClosed(
        `Cannot ${what} on a channel that is closed and has nobody waiting: open it again`,
      );
    }
    refuseSwitch(core.circle);
    const place = new Place(core, fiber, `channel.${what}`, value);
    this.#direction = direction;
    this.queue.push(place);
    const step = fiber.parkOn(place);
    core.rest();
    return step;
  }

  #meet(partner: Place, { direction, value }: Action, core: TaskletCore, fiber: FiberCore): Step {
    const { circle } = partner.owner as TaskletCore;
    const isPreferred = this.preference === -direction;
    const stays = circle !== core.circle || !(this.scheduleAll || isPreferred);
    if (!stays) refuseSwitch(circle);
    const given = partner.value;
    partner.value = value;
    // To switch is a park, where a kill that is due would be thrown: not after the value is gone.
    if (stays || isStruck(fiber)) {
      circle.admit(partner);
      return outcome(given);
    }
    if (this.scheduleAll) circle.admit(partner);
    const own = circle.requeue(core, fiber, given);
    if (given instanceof Bomb) own.strike(given.error);
    if (!this.scheduleAll) circle.turnTo(partner);
    return hub.parked;
  }
}

function outcome(given: unknown): Step {
  if (given instanceof Bomb) throw given.error;
  return ready(given);
}

function isStruck({ extra }: FiberCore): boolean {
  return extra !== undefined && (extra.strikes.length > 0 || extra.killing !== undefined);
}
