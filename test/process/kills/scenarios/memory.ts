/** The victim makes memory that has a name. */
import { MemoryNameError } from "../../../../src/process/memory/memory-name-error.ts";
import { SharedMemory } from "../../../../src/process/memory/shared-memory.ts";
import { follow, type Places, type Plan } from "../plan.ts";
import { killOne, type Scenario } from "../scenario.ts";

const NAME = `fibril-kills-${process.pid}`;
const SIZE = 1 << 16;

export async function makeAndDie(plan: Plan, name: string): Promise<void> {
  follow(plan);
  const memory = new SharedMemory({ name, create: true, size: SIZE });
  memory.unlink();
}

export const places: Places = { "memory.made": 1, "memory.named": 1 };

export function scenario(): Scenario {
  return {
    async round(plan) {
      await killOne(makeAndDie, plan, NAME);
      try {
        new SharedMemory({ name: NAME }).close();
        throw new Error("The name is still there");
      } catch (error) {
        if (!(error instanceof MemoryNameError)) throw error;
      }
      const memory = new SharedMemory({ name: NAME, create: true, size: SIZE });
      memory.close();
      memory.unlink();
    },
    async end() {},
  };
}
