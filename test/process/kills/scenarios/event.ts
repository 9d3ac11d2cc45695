/** One process waits for an event and clears it; the victim sets it, or waits as well. */
import { sleep, spawn } from "fibril";
import { AtomicValue } from "../../../../src/process/memory/atomic-value.ts";
import { Event } from "../../../../src/process/sync/event.ts";
import { follow, type Place, type Places, type Plan } from "../plan.ts";
import { begin, killOne, type Scenario, stop, until } from "../scenario.ts";

const SETTING: readonly Place[] = ["event.set", "room.lowered"];

export async function answer(event: Event, seen: AtomicValue<"i">): Promise<void> {
  for (;;) {
    await event.wait();
    event.clear();
    seen.add(1);
  }
}

export async function setAndDie(plan: Plan, event: Event, seen: AtomicValue<"i">): Promise<void> {
  follow(plan);
  for (;;) {
    event.set();
    const before = seen.value;
    while (seen.value === before && event.isSet()) await sleep(1);
  }
}

export async function waitAndDie(plan: Plan, event: Event): Promise<void> {
  follow(plan);
  for (;;) await event.wait();
}

export const places: Places = {
  "event.set": 5,
  "room.lowered": 5,
  "room.raised": 3,
  "room.marked": 3,
  "room.rung": 3,
  "room.left": 3,
  atomics: 30,
};

export const farPlaces: Places = { "broker.asked": 20 };

export function scenario(): Scenario {
  const event = new Event();
  const seen = new AtomicValue("i", 0);
  const other = begin(answer, event, seen);
  return {
    async round(plan) {
      if (SETTING.includes(plan.place)) {
        await killOne(setAndDie, plan, event, seen);
        // Nobody sets it: what was set by then is seen all the same.
        await until("the other sees it", () => !event.isSet());
      } else {
        const setting = spawn(function* () {
          for (;;) {
            event.set();
            yield* sleep(1);
          }
        });
        await killOne(waitAndDie, plan, event);
        await setting.kill();
      }
      for (let i = 0; i < 3; i++) {
        await until("it is seen and cleared", () => !event.isSet());
        const before = seen.value;
        event.set();
        await until("the other goes on", () => seen.value > before);
      }
    },
    end: () => stop(other),
  };
}
