/**
 * The functions of Atomics for memory that may be far: held by another process,
 * which is asked for each step. Where there is shared memory none is, and they are
 * what they are called.
 */

/** Any view of memory, by its type. */
// biome-ignore lint/suspicious/noExplicitAny: Atomics have a signature for each type of view
type View = any;
type Raw = number | bigint;

export type ViewType<V> = new (buffer: ArrayBuffer, offset: number, length: number) => V;

/** What can be asked of far memory: by its name in Atomics, or a plain read and write. */
export type FarStep =
  | "load"
  | "store"
  | "add"
  | "sub"
  | "and"
  | "or"
  | "exchange"
  | "compareExchange"
  | "get"
  | "set";

/** Memory that another process holds. */
export interface FarMemory {
  /** Does a step at item `at` of the memory, seen as views of `type` see it; both are numbers of bytes apart. */
  perform(type: string, step: FarStep, at: number, a?: Raw, b?: Raw): Raw;
  /** Reads `count` items that are so many apart: one question instead of many. */
  readMany(type: string, at: number, stride: number, count: number): number[];
}

interface Far {
  readonly memory: FarMemory;
  readonly type: string;
  /** Of the view's first item, in items. */
  readonly first: number;
}

const FAR: unique symbol = Symbol("far");

/** So long as there is none nobody looks for one. */
let isAnyFar = false;

/** A view of far memory: it has no items of its own, and is of use to the functions here alone. */
export function farView<V extends object>(memory: FarMemory, type: ViewType<V>, offset: number): V {
  isAnyFar = true;
  const { BYTES_PER_ELEMENT } = type as unknown as { readonly BYTES_PER_ELEMENT: number };
  const far: Far = { memory, type: type.name, first: offset / BYTES_PER_ELEMENT };
  return Object.assign(new type(new ArrayBuffer(0), 0, 0), { [FAR]: far });
}

function farOf(view: View): Far | undefined {
  return isAnyFar ? view[FAR] : undefined;
}

export function isFar(view: object): boolean {
  return farOf(view) !== undefined;
}

/** The same memory seen as another type. */
export function viewedAs<V extends object>(view: View, type: ViewType<V>): V {
  const far = farOf(view);
  if (far === undefined) return new type(view.buffer, view.byteOffset, 1);
  return farView(far.memory, type, far.first * view.BYTES_PER_ELEMENT);
}

function ask(far: Far, step: FarStep, at: number, a?: Raw, b?: Raw): View {
  return far.memory.perform(far.type, step, far.first + at, a, b);
}

type Atomic = Pick<typeof Atomics, Exclude<FarStep, "get" | "set">>;

export const atomics: Atomic = {
  load(view: View, at: number): View {
    const far = farOf(view);
    return far === undefined ? Atomics.load(view, at) : ask(far, "load", at);
  },
  store(view: View, at: number, value: View): View {
    const far = farOf(view);
    return far === undefined ? Atomics.store(view, at, value) : ask(far, "store", at, value);
  },
  add(view: View, at: number, value: View): View {
    const far = farOf(view);
    return far === undefined ? Atomics.add(view, at, value) : ask(far, "add", at, value);
  },
  sub(view: View, at: number, value: View): View {
    const far = farOf(view);
    return far === undefined ? Atomics.sub(view, at, value) : ask(far, "sub", at, value);
  },
  and(view: View, at: number, value: View): View {
    const far = farOf(view);
    return far === undefined ? Atomics.and(view, at, value) : ask(far, "and", at, value);
  },
  or(view: View, at: number, value: View): View {
    const far = farOf(view);
    return far === undefined ? Atomics.or(view, at, value) : ask(far, "or", at, value);
  },
  exchange(view: View, at: number, value: View): View {
    const far = farOf(view);
    return far === undefined ? Atomics.exchange(view, at, value) : ask(far, "exchange", at, value);
  },
  compareExchange(view: View, at: number, from: View, to: View): View {
    const far = farOf(view);
    return far === undefined
      ? Atomics.compareExchange(view, at, from, to)
      : ask(far, "compareExchange", at, from, to);
  },
};

/** Reads `count` items that are `stride` apart, each when its turn comes; far ones at once. */
export function* loadMany(
  view: View,
  at: number,
  stride: number,
  count: number,
): Generator<number, void, void> {
  const far = farOf(view);
  if (far !== undefined) yield* far.memory.readMany(far.type, far.first + at, stride, count);
  else for (let i = 0; i < count; i++) yield Atomics.load(view as Int32Array, at + i * stride);
}

/** A plain read, which may be late, or of a type that Atomics do not take. */
export function peek(view: View, at: number): number {
  const far = farOf(view);
  return far === undefined ? view[at] : ask(far, "get", at);
}

/** A plain write. */
export function poke(view: View, at: number, value: Raw): void {
  const far = farOf(view);
  if (far === undefined) view[at] = value;
  else ask(far, "set", at, value);
}
