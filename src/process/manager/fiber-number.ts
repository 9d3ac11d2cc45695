import type { FiberCore } from "../../fiber/core.ts";
import { type Owner, ownerOf } from "../../sync/lock-owner.ts";

const numbers: WeakMap<object, number> = new WeakMap();
let last = 0;

/** Who calls, as a server knows it: each fiber has a number, and the program outside of fibers is 0. */
export function fiberNumber(fiber: FiberCore): number {
  const owner: Owner = ownerOf(fiber);
  if (typeof owner === "symbol") return 0;
  let number = numbers.get(owner);
  if (number === undefined) {
    number = ++last;
    numbers.set(owner, number);
  }
  return number;
}
