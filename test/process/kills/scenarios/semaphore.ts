/** One process takes permits that this one gives; the victim takes or gives. */
import { sleep, spawn } from "fibril";
import { AtomicValue } from "../../../../src/process/memory/atomic-value.ts";
import { Semaphore } from "../../../../src/process/sync/semaphore.ts";
import { follow, isAnywhere, type Place, type Places, type Plan } from "../plan.ts";
import { begin, killOne, must, type Scenario, stop, until } from "../scenario.ts";

interface Shared {
  readonly permits: Semaphore;
  readonly given: AtomicValue<"i">;
  readonly taken: AtomicValue<"i">;
}

/** Where a victim dies that gives permits; elsewhere it takes them. */
const GIVING: readonly Place[] = ["semaphore.released", "room.lowered"];

export async function take({ permits, taken }: Shared): Promise<void> {
  for (;;) {
    await permits.acquire();
    taken.add(1);
  }
}

export async function takeAndDie(plan: Plan, shared: Shared): Promise<void> {
  follow(plan);
  await take(shared);
}

export async function giveAndDie(plan: Plan, { permits, given }: Shared): Promise<void> {
  follow(plan);
  for (;;) {
    permits.release();
    given.add(1);
    await sleep(1);
  }
}

export const places: Places = {
  "semaphore.taken": 10,
  "semaphore.released": 10,
  "room.lowered": 5,
  "room.raised": 5,
  "room.marked": 5,
  "room.rung": 5,
  "room.left": 5,
  atomics: 30,
};

export const farPlaces: Places = { "broker.asked": 20 };

export function scenario(): Scenario {
  const shared: Shared = {
    permits: new Semaphore(0),
    given: new AtomicValue("i", 0),
    taken: new AtomicValue("i", 0),
  };
  const { permits, given, taken } = shared;
  const other = begin(take, shared);
  /** How many have been given and not taken, as far as is known: what the other is about to count looks so, too. */
  let [least, most] = [0, 0];
  const settle = async (fewest: number, greatest = fewest) => {
    least += fewest;
    most += greatest;
    const lost = () => given.value - taken.value;
    await until("all permits are taken", () => {
      return permits.value === 0 && least <= lost() && lost() <= most;
    });
    most = Math.min(most, lost());
  };
  const give = () => {
    permits.release();
    given.add(1);
  };
  return {
    async round(plan) {
      const { place } = plan;
      if (GIVING.includes(place)) {
        await killOne(giveAndDie, plan, shared);
        // Nobody gives: what was given by then is taken all the same.
        await settle(-1);
      } else {
        const giving = spawn(function* () {
          for (;;) {
            give();
            yield* sleep(1);
          }
        });
        await killOne(takeAndDie, plan, shared);
        await giving.kill();
        if (place === "semaphore.taken" || place === "room.left") await settle(1);
        else if (isAnywhere(plan)) await settle(0, 1);
        else await settle(0);
      }
      for (let i = 0; i < 5; i++) give();
      await settle(0);
      must("permits", permits.value, 0);
    },
    end: () => stop(other),
  };
}
