import { errorClassOf, errorPrototype } from "./classes.ts";
import { scan } from "./scan.ts";

/** An error as data. */
export interface ErrorData {
  /** Its class, and `name` where that is another. */
  readonly type: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Its other properties: `cause` and `errors`, which are not enumerable, and its own data. */
  readonly own: readonly (readonly [key: string, value: unknown, enumerable: boolean])[];
}

const APART = ["message", "stack"];

/** An error always goes: what can't of its data is left behind. */
export function packError(error: Error): ErrorData {
  const own: [string, unknown, boolean][] = [];
  for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(error))) {
    if (APART.includes(key) || !("value" in descriptor)) continue;
    const value = sendable(key, descriptor.value);
    if (value !== undefined) own.push([key, value, descriptor.enumerable === true]);
  }
  const tag = (error as { readonly _tag?: unknown })._tag;
  // Effect keeps it in the class.
  if (typeof tag === "string" && !Object.hasOwn(error, "_tag")) own.push(["_tag", tag, true]);
  return {
    type: errorClassOf(error)?.name ?? error.constructor?.name ?? "Error",
    name: String(error.name),
    message: String(error.message),
    stack: typeof error.stack === "string" ? error.stack : undefined,
    own,
  };
}

function sendable(key: string, value: unknown): unknown {
  try {
    scan(value, key);
    return value;
  } catch {
    return key === "cause" ? String(value) : undefined;
  }
}

/** Without its data, which may hold the error itself: see `fillError`. */
export function makeError({ type, name, message, own }: ErrorData): Error {
  if (type === "DOMException") return new DOMException(message, name);
  // Of the built-in class, so that hosts print it as an error; a user's constructor may want anything.
  const error = type === "AggregateError" ? new AggregateError([], message) : new Error(message);
  const isTagged = own.some(([key]) => key === "_tag");
  const prototype = errorPrototype(type, isTagged);
  if (prototype !== undefined) Object.setPrototypeOf(error, prototype);
  return error;
}

export function fillError(error: Error, { type, name, message, stack, own }: ErrorData): void {
  if (type === "DOMException") return;
  set(error, "message", message, false);
  if (stack !== undefined) set(error, "stack", stack, false);
  for (const [key, value, enumerable] of own) set(error, key, value, enumerable);
  if (error.name !== name) set(error, "name", name, false);
}

function set(error: Error, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true });
}
