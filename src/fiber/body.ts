import * as Effect from "effect/Effect";
import type { Frame } from "./extra.ts";

/** The kinds of what a body gives when it is called. */
export type Made =
  | { readonly kind: "frame"; readonly frame: Frame }
  | { readonly kind: "promise"; readonly promise: PromiseLike<unknown> }
  | { readonly kind: "value"; readonly value: unknown };

const AsyncGeneratorFunction = Object.getPrototypeOf(async function* () {
  // Only its prototype is wanted.
});
const GeneratorFunction = Object.getPrototypeOf(function* () {
  // Only its prototype is wanted.
});
const AsyncFunction = Object.getPrototypeOf(async () => {
  // Only its prototype is wanted.
});

/** Throws at the call, with what was found and what to do, if `body` can't be run. */
export function checkBody(body: unknown, caller: string): void {
  if (typeof body === "function") {
    if (Object.getPrototypeOf(body) === AsyncGeneratorFunction) throw asyncGenerator(caller);
    return;
  }
  if (Effect.isEffect(body) || isFrame(body)) return;
  if (isAsyncGenerator(body)) throw asyncGenerator(caller);
  throw new TypeError(
    `Cannot ${caller} ${show(body)}: pass a generator function, a generator, a function or an Effect`,
  );
}

/** As `checkBody`, for callers that need a function: an Effect or a generator is none. */
export function checkFunction(body: unknown, caller: string): void {
  if (typeof body === "function") return checkBody(body, caller);
  throw new TypeError(`Cannot ${caller} ${show(body)}: pass a function`);
}

const asyncGenerator = (caller: string) =>
  new TypeError(
    `Cannot ${caller} an async generator: write \`function*\` and \`yield*\`, or go through it with forEach`,
  );

export function isGeneratorFunction(body: unknown): boolean {
  return typeof body === "function" && Object.getPrototypeOf(body) === GeneratorFunction;
}

export function isAsyncFunction(body: unknown): boolean {
  return typeof body === "function" && Object.getPrototypeOf(body) === AsyncFunction;
}

const GeneratorPrototype = GeneratorFunction.prototype;

/** What a generator function gives: the common case, known without a look at any property. */
export function isNativeGenerator(made: object): made is Frame {
  const prototype = Object.getPrototypeOf(made);
  return prototype !== null && Object.getPrototypeOf(prototype) === GeneratorPrototype;
}

/** Sorts out what the call of a body gave. */
export function madeFrom(made: unknown): Made {
  if (typeof made !== "object" || made === null) return { kind: "value", value: made };
  if (Effect.isEffect(made))
    return { kind: "frame", frame: effectFrame(made as Effect.Effect<unknown, unknown>) };
  if (isFrame(made)) return { kind: "frame", frame: made };
  if (isThenable(made)) return { kind: "promise", promise: made };
  if (isAsyncGenerator(made)) throw asyncGenerator("run");
  return { kind: "value", value: made };
}

/** A generator, and no Wait, which has `next` and `throw` as well. */
export function isFrame(made: unknown): made is Frame {
  const frame = made as Partial<Frame> | null;
  return (
    typeof frame === "object" &&
    frame !== null &&
    typeof frame.next === "function" &&
    typeof frame.throw === "function" &&
    typeof frame[Symbol.iterator] === "function"
  );
}

export function isThenable(made: unknown): made is PromiseLike<unknown> {
  return (
    (typeof made === "object" || typeof made === "function") &&
    made !== null &&
    typeof (made as { then?: unknown }).then === "function"
  );
}

const isAsyncGenerator = (made: unknown): boolean =>
  typeof made === "object" && made !== null && Symbol.asyncIterator in made && "next" in made;

function* effectFrame(effect: Effect.Effect<unknown, unknown>): Frame {
  return yield* effect as Effect.Effect<unknown, unknown> & { [Symbol.iterator](): Frame };
}

/** How a value is named in an error. */
export function show(value: unknown): string {
  if (typeof value === "string") return `"${value}"`;
  if (typeof value === "function") return `the function "${value.name || "anonymous"}"`;
  if (typeof value !== "object" || value === null) return String(value);
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  return Array.isArray(value)
    ? "an array"
    : name === undefined
      ? "an object"
      : `a value of type ${name}`;
}
