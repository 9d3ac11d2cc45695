import { show } from "../fiber/body.ts";

/**
 * Orders as Python orders: numbers, strings and dates among themselves, arrays
 * by their first elements that differ. Elements that are one and the same object
 * are equal, whatever they are.
 */
export function naturalOrder(a: unknown, b: unknown): number {
  if (Array.isArray(a) && Array.isArray(b)) return elementOrder(a, b);
  if (areOfOneKind(a, b)) {
    const [x, y] = [a as number, b as number];
    if (x < y) return -1;
    if (x > y) return 1;
    // False for NaN, which has no place in any order.
    if (x >= y) return 0;
  }
  throw new TypeError(
    `Cannot order ${show(a)} and ${show(b)}: pass { compare } to the queue, or put arrays such as [priority, count, item]`,
  );
}

function elementOrder(a: readonly unknown[], b: readonly unknown[]): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    if (a[i] === b[i]) continue;
    const order = naturalOrder(a[i], b[i]);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function areOfOneKind(a: unknown, b: unknown): boolean {
  switch (typeof a) {
    case "number":
    case "bigint":
    case "string":
    case "boolean":
      return typeof b === typeof a;
    default:
      return a instanceof Date && b instanceof Date;
  }
}
