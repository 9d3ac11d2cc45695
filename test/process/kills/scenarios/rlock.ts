import type { Scenario } from "../scenario.ts";
import { scenario as lock } from "./lock.ts";

export { places } from "./lock.ts";

export function scenario(): Scenario {
  return lock("rlock");
}
