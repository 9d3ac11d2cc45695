/** Tokens are put somewhere and notified; one process takes them, and the victim takes or gives. */
import { sleep, spawn } from "fibril";
import { AtomicValue } from "../../../../src/process/memory/atomic-value.ts";
import { Value } from "../../../../src/process/memory/value.ts";
import { Condition } from "../../../../src/process/sync/condition.ts";
import { follow, type Places, type Plan } from "../plan.ts";
import { begin, killOne, type Scenario, stop, until } from "../scenario.ts";

interface Shared {
  readonly condition: Condition;
  readonly tokens: Value<"i">;
  readonly taken: AtomicValue<"i">;
}

export async function take({ condition, tokens, taken }: Shared): Promise<void> {
  for (;;) {
    await condition.use(function* () {
      yield* condition.waitFor(() => tokens.value > 0);
      tokens.value -= 1;
    });
    taken.add(1);
  }
}

export async function takeAndDie(plan: Plan, shared: Shared): Promise<void> {
  follow(plan);
  await Promise.all([take(shared), take(shared)]);
}

async function give({ condition, tokens }: Shared): Promise<void> {
  await condition.use(() => {
    tokens.value += 1;
    condition.notify();
  });
}

export async function giveAndDie(plan: Plan, shared: Shared): Promise<void> {
  follow(plan);
  for (;;) {
    await give(shared);
    await sleep(1);
  }
}

export const places: Places = {
  "condition.waiting": 10,
  "condition.released": 10,
  "condition.told": 10,
  "condition.answered": 10,
  "condition.called": 5,
  atomics: 100,
};

export const farPlaces: Places = { "broker.asked": 60 };

export function scenario(): Scenario {
  const shared: Shared = {
    condition: new Condition(),
    tokens: new Value("i", 0),
    taken: new AtomicValue("i", 0),
  };
  const { condition, tokens, taken } = shared;
  const other = begin(take, shared);
  return {
    async round(plan) {
      if (plan.place === "condition.called") await killOne(giveAndDie, plan, shared);
      else {
        const giving = spawn(function* () {
          for (;;) {
            yield* condition.use(() => {
              tokens.value += 1;
              condition.notify();
            });
            yield* sleep(1);
          }
        });
        await killOne(takeAndDie, plan, shared);
        await giving.kill();
      }
      // Who died with the lock may have had a notify that it did not use.
      await condition.use(() => {
        if (condition.abandoned) condition.notifyAll();
      });
      await until("the other takes what is there", () => tokens.value === 0);
      const before = taken.value;
      for (let i = 0; i < 3; i++) await give(shared);
      await until("the other goes on", () => taken.value >= before + 3);
    },
    end: () => stop(other),
  };
}
