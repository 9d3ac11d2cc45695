import { types } from "node:util";
import { classOf } from "./classes.ts";

/** How an object goes. */
export type Kind =
  /** Structured clone copies it, whatever it holds: a date, an ArrayBuffer. */
  | "leaf"
  | "view"
  | "array"
  | "plain"
  | "map"
  | "set"
  /** As data, and is made of it again: errors, objects of registered classes. */
  | "special"
  | "unsendable";

export function kindOf(object: object): Kind {
  if (Array.isArray(object)) return "array";
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype === Object.prototype || prototype === null) return "plain";
  if (classOf(object) !== undefined || isError(object)) return "special";
  if (prototype === Map.prototype) return "map";
  if (prototype === Set.prototype) return "set";
  if (ArrayBuffer.isView(object))
    return types.isSharedArrayBuffer(object.buffer) ? "unsendable" : "view";
  return isLeaf(object) ? "leaf" : "unsendable";
}

export function isError(object: object): object is Error {
  return object instanceof Error || types.isNativeError(object);
}

function isLeaf(object: object): boolean {
  return (
    types.isDate(object) ||
    types.isRegExp(object) ||
    types.isArrayBuffer(object) ||
    (types.isBoxedPrimitive(object) && !types.isSymbolObject(object))
  );
}
