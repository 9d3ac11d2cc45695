/** Two processes and a victim, each of which counts two counters up while it has the lock. */
import { sleep, spawn } from "fibril";
import { AtomicValue } from "../../../../src/process/memory/atomic-value.ts";
import { Value } from "../../../../src/process/memory/value.ts";
import { Lock } from "../../../../src/process/sync/lock.ts";
import { RLock } from "../../../../src/process/sync/rlock.ts";
import { follow, isAnywhere, type Place, type Places, type Plan } from "../plan.ts";
import { begin, killOne, must, type Scenario, stop, until } from "../scenario.ts";

interface Shared {
  readonly lock: Lock | RLock;
  /** Counted one after the other: they differ only while somebody has the lock. */
  readonly first: Value<"i">;
  readonly second: Value<"i">;
  readonly rounds: AtomicValue<"i">;
  readonly abandoned: AtomicValue<"i">;
  readonly violations: AtomicValue<"i">;
}

/** After these it has the lock, after all others it has not. */
const HOLDING: readonly Place[] = ["lock.taken", "room.left"];

/** To be called by whoever has got the lock. */
function repair({ lock, first, second, abandoned, violations }: Shared): void {
  if (lock.abandoned) {
    abandoned.add(1);
    second.value = first.value;
  }
  if (first.value !== second.value) violations.add(1);
}

export async function count(shared: Shared): Promise<void> {
  const { lock, first, second, rounds } = shared;
  for (;;) {
    await lock.use(async () => {
      repair(shared);
      first.value += 1;
      if (first.value % 4 === 0) await sleep();
      second.value += 1;
    });
    rounds.add(1);
    if (rounds.value % 2 === 0) await sleep(1);
  }
}

export async function countAndDie(plan: Plan, shared: Shared): Promise<void> {
  await shared.lock.acquire();
  shared.lock.release();
  follow(plan);
  await count(shared);
}

/** Takes the lock again before who was rung for it can: that one gets hungry. */
function* push(shared: Shared) {
  const { lock } = shared;
  for (;;) {
    yield* lock.acquire();
    repair(shared);
    yield* sleep(1);
    lock.release();
    if (lock.tryAcquire()) {
      repair(shared);
      for (const end = performance.now() + 0.3; performance.now() < end; );
      lock.release();
    }
    yield* sleep(Math.random() * 2);
  }
}

export const places: Places = {
  "lock.taken": 20,
  "lock.released": 20,
  "lock.hungry": 2,
  "lock.given": 2,
  "room.raised": 5,
  "room.marked": 5,
  "room.lowered": 3,
  "room.rung": 3,
  "room.left": 5,
  atomics: 60,
};

export const farPlaces: Places = { "broker.asked": 40 };

export function scenario(kind: "lock" | "rlock" = "lock"): Scenario {
  const shared: Shared = {
    lock: kind === "lock" ? new Lock() : new RLock(),
    first: new Value("i", 0),
    second: new Value("i", 0),
    rounds: new AtomicValue("i", 0),
    abandoned: new AtomicValue("i", 0),
    violations: new AtomicValue("i", 0),
  };
  const other = begin(count, shared);
  const pushing = spawn(push, shared);
  return {
    async round(plan) {
      const before = shared.abandoned.value;
      await killOne(countAndDie, plan, shared);
      const rounds = shared.rounds.value;
      await until("the other has the lock", () => shared.rounds.value > rounds + 4);
      const abandoned = shared.abandoned.value - before;
      if (isAnywhere(plan)) must("abandoned", abandoned, 0, 1);
      else must("abandoned", abandoned, HOLDING.includes(plan.place) ? 1 : 0);
      must("two had it at once", shared.violations.value, 0);
    },
    async end() {
      await pushing.kill();
      await stop(other);
    },
  };
}
