import { isDeepStrictEqual } from "node:util";
import { show } from "../../../fiber/body.ts";

/** Keys are compared by their value; an object would be another one in every message. */
export function checkKey(key: unknown, what: string): unknown {
  if (typeof key !== "object" || key === null) return key;
  throw new TypeError(
    `Cannot use ${show(key)} as ${what}: an object comes as another one each time; pass a string or a number`,
  );
}

/** What a key's number becomes by an increment. */
export function increased(value: unknown, by: number, key: unknown): number {
  if (typeof value === "number") return value + by;
  throw new TypeError(`Cannot increment ${show(key)}: it is ${show(value)}, and no number`);
}

/** Whether two values are the same one or equal data, which is all that two processes can tell. */
export function isEqual(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) {
    return false;
  }
  return isDeepStrictEqual(one, other);
}
