/** Three meet at a barrier: one here, one in another process, and the victim. */
import { sleep, spawn } from "fibril";
import { BrokenBarrierError } from "fibril/sync";
import { AtomicValue } from "../../../../src/process/memory/atomic-value.ts";
import { Barrier } from "../../../../src/process/sync/barrier.ts";
import { follow, type Place, type Places, type Plan } from "../plan.ts";
import { begin, killOne, type Scenario, stop, until } from "../scenario.ts";

/** The others can't pass any more. One that has arrived dies too late for that, if they come before it is missed. */
const BREAKING: readonly Place[] = ["barrier.counted", "barrier.acting"];

export function act(): void {
  // That it runs is what matters.
}

export async function meet(barrier: Barrier, passes: AtomicValue<"i">): Promise<void> {
  for (;;) {
    try {
      await barrier.wait();
      passes.add(1);
    } catch (error) {
      if (!(error instanceof BrokenBarrierError)) throw error;
      await sleep(1);
    }
  }
}

export async function meetAndDie(
  plan: Plan,
  barrier: Barrier,
  passes: AtomicValue<"i">,
): Promise<void> {
  await sleep(2);
  follow(plan);
  await meet(barrier, passes);
}

export const places: Places = {
  "barrier.counted": 10,
  "barrier.arrived": 10,
  "barrier.acting": 4,
  "barrier.passed": 4,
  atomics: 40,
};

export const farPlaces: Places = { "broker.asked": 20 };

export function scenario(action: "acting" | "plain" = "acting"): Scenario {
  const barrier = new Barrier(3, action === "acting" ? { action: act } : {});
  const passes = new AtomicValue("i", 0);
  const other = begin(meet, barrier, passes);
  let broken = 0;
  const own = spawn(function* () {
    for (;;) {
      try {
        yield* barrier.wait();
        passes.add(1);
      } catch (error) {
        if (!(error instanceof BrokenBarrierError)) throw error;
        broken++;
        barrier.reset();
        yield* sleep(1);
      }
    }
  });
  return {
    async round(plan) {
      const before = broken;
      await killOne(meetAndDie, plan, barrier, passes);
      if (BREAKING.includes(plan.place)) await until("it breaks", () => broken > before);
      const standIn = spawn(meet, barrier, passes);
      const passed = passes.value;
      await until("they meet again", () => passes.value > passed + 12);
      await standIn.kill();
    },
    async end() {
      await own.kill();
      await stop(other);
    },
  };
}
