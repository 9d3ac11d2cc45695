/** Numbers go from one queue to another by a process and the victim. */
import { spawn } from "fibril";
import { Queue } from "../../../../src/process/queue/queue.ts";
import { follow, isAnywhere, type Place, type Places, type Plan } from "../plan.ts";
import { begin, inTime, killOne, must, type Scenario, stop, until } from "../scenario.ts";

/** It has taken one out, and not put it in again. */
const LOSING: readonly Place[] = ["flow.written", "flow.got", "flow.taken"];

export async function passOn(from: Queue<number>, to: Queue<number>): Promise<void> {
  for (;;) await to.put(await from.get());
}

export async function passOnAndDie(
  plan: Plan,
  from: Queue<number>,
  to: Queue<number>,
): Promise<void> {
  follow(plan);
  await passOn(from, to);
}

export const places: Places = {
  "flow.written": 50,
  "flow.put": 50,
  "flow.read": 50,
  "flow.got": 50,
  "flow.taken": 50,
  atomics: 500,
};

export const farPlaces: Places = { "broker.asked": 60 };

export function scenario(): Scenario {
  const from = new Queue<number>(8);
  const to = new Queue<number>();
  const other = begin(passOn, from, to);
  let next = 0;
  let lost = 0;
  const got = new Set<number>();
  const taking = spawn(function* () {
    for (;;) {
      const number = yield* to.get();
      if (got.has(number)) throw new Error(`${number} came twice`);
      got.add(number);
    }
  });
  /** Once what is put now has come, so has all before that. */
  const settle = async (...expected: readonly number[]) => {
    const last = next++;
    await inTime("room", from.put(last));
    await until("all has come", () => got.has(last));
    must("lost", next - got.size - lost, ...expected);
    lost = next - got.size;
  };
  return {
    async round(plan) {
      const feeding = spawn(function* () {
        for (;;) {
          yield* from.put(next);
          next++;
        }
      });
      await killOne(passOnAndDie, plan, from, to);
      await feeding.kill();
      if (isAnywhere(plan)) await settle(0, 1);
      else await settle(LOSING.includes(plan.place) ? 1 : 0);
      await settle(0);
    },
    async end() {
      await taking.kill();
      await stop(other);
    },
  };
}
