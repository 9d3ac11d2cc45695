/** The victim puts more into a queue than its memory holds. */
import { Queue } from "../../../../src/process/queue/queue.ts";
import { follow, type Places, type Plan } from "../plan.ts";
import { inTime, killOne, must, type Scenario } from "../scenario.ts";

/** Two fit in the memory of a new queue. */
const BYTES = 30_000;

export async function fillAndDie(plan: Plan, queue: Queue<Uint8Array>): Promise<void> {
  follow(plan);
  for (let i = 0; ; i++) await queue.put(new Uint8Array(BYTES).fill(i));
}

export const places: Places = { "flow.grown": 4, atomics: 80 };

export function scenario(): Scenario {
  return {
    async round(plan) {
      const queue = new Queue<Uint8Array>();
      await killOne(fillAndDie, plan, queue);
      const count = queue.qsize();
      for (let i = 0; i < 5; i++) await queue.put(new Uint8Array(BYTES).fill(count + i));
      for (let i = 0; !queue.empty(); i++) {
        const item = await inTime("an item", queue.get());
        must("bytes", item.length, BYTES);
        must("item", item.at(-1), i);
      }
    },
    async end() {},
  };
}
