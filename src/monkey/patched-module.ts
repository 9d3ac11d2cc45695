import { type HostFunction, shapedLike } from "./function-shape.ts";

/** One function of the host and what stands in its place. */
export interface Patch {
  readonly target: object;
  readonly name: string | symbol;
  readonly descriptor: PropertyDescriptor;
  readonly original: HostFunction;
  readonly replacement: HostFunction;
  /** Whether it is still what stands there. */
  isInPlace(): boolean;
}

/** What somebody else wrapped around a function of ours: it stays, with ours inside. */
export interface ForeignWrapper {
  readonly module: string;
  readonly name: string;
}

/** Which original each replacement stands for, also one that is no longer in place. */
const originals = new WeakMap<object, HostFunction>();

/** Makes a replacement of an original. */
export type Replacing = (original: HostFunction) => HostFunction;

/** One module of the host: owns what of it is patched, and the way back. */
export class PatchedModule {
  readonly name: string;
  readonly #install: (module: PatchedModule) => void;
  readonly #patches: Patch[] = [];
  /** One function that the host has in several places stays one. */
  readonly #made = new Map<HostFunction, HostFunction>();

  /** @param install calls `replace` for each function that is to yield. */
  constructor(name: string, install: (module: PatchedModule) => void) {
    this.name = name;
    this.#install = install;
  }

  get isPatched(): boolean {
    return this.#patches.length > 0;
  }

  get patches(): readonly Patch[] {
    return this.#patches;
  }

  /** Patching twice is nothing: an original is saved once. */
  patch(): void {
    if (!this.isPatched) this.#install(this);
  }

  /**
   * Puts `make(original)` into the place of `target[name]`. What is not there, or
   * can't be changed, is left alone.
   */
  replace(target: object, name: string | symbol, make: Replacing): void {
    const descriptor = Object.getOwnPropertyDescriptor(target, name);
    const found: unknown = Reflect.get(target, name);
    if (descriptor === undefined || typeof found !== "function" || originals.has(found)) return;
    const original = found as HostFunction;
    const replacement = this.#made.get(original) ?? shapedLike(original, make(original));
    if (!put(target, name, descriptor, replacement)) return;
    this.#made.set(original, replacement);
    originals.set(replacement, original);
    const isInPlace = () => Reflect.get(target, name) === replacement;
    this.#patches.push({ target, name, descriptor, original, replacement, isInPlace });
  }

  /** The same for the getter of `target[name]`, which is not asked for it. */
  replaceGetter(target: object, name: string, make: Replacing): void {
    const getterOf = () => Object.getOwnPropertyDescriptor(target, name)?.get;
    const descriptor = Object.getOwnPropertyDescriptor(target, name);
    const original = getterOf();
    if (descriptor?.configurable !== true || original === undefined) return;
    const replacement = shapedLike(original, make(original));
    Object.defineProperty(target, name, { ...descriptor, get: replacement });
    originals.set(replacement, original);
    const isInPlace = () => getterOf() === replacement;
    this.#patches.push({ target, name, descriptor, original, replacement, isInPlace });
  }

  replaceAll(target: object, names: readonly string[], make: Replacing): void {
    for (const name of names) this.replace(target, name, make);
  }

  /** Puts the originals back, the last one first, where what is there is still ours. */
  restore(): ForeignWrapper[] {
    this.#made.clear();
    const foreign: ForeignWrapper[] = [];
    for (const { target, name, descriptor, isInPlace } of this.#patches.splice(0).reverse()) {
      if (!isInPlace()) foreign.push({ module: this.name, name: String(name) });
      else Object.defineProperty(target, name, descriptor);
    }
    return foreign;
  }
}

/** What `found` was before it was patched; itself if it was not. */
export function originalOf<F>(found: F): F {
  return typeof found === "function" ? ((originals.get(found) as F | undefined) ?? found) : found;
}

export function isReplacement(found: unknown): boolean {
  return typeof found === "function" && originals.has(found);
}

/** A getter, as some hosts have for `fetch`, becomes a plain property. */
function put(
  target: object,
  name: string | symbol,
  old: PropertyDescriptor,
  value: HostFunction,
): boolean {
  if (old.configurable !== true) return old.writable === true && Reflect.set(target, name, value);
  const { enumerable = false } = old;
  Object.defineProperty(target, name, { value, enumerable, configurable: true, writable: true });
  return true;
}
