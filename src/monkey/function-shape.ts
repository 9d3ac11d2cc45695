/** Any function of the host. */
// biome-ignore lint/suspicious/noExplicitAny: the host's functions take and give anything
export type HostFunction = (this: any, ...args: any[]) => any;

/**
 * Gives `replacement` the looks of `original`: name, length, `prototype` for
 * `new` and `instanceof`, and whatever else it carries, such as
 * `util.promisify.custom`, unless the replacement has one of its own.
 */
export function shapedLike<F extends HostFunction>(original: HostFunction, replacement: F): F {
  for (const key of Reflect.ownKeys(original)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key) as PropertyDescriptor;
    const own = Object.getOwnPropertyDescriptor(replacement, key);
    if (own !== undefined && !isShape(key)) continue;
    if (own === undefined || own.configurable === true) {
      Object.defineProperty(replacement, key, descriptor);
    } else if (own.writable === true && "value" in descriptor) {
      Reflect.set(replacement, key, descriptor.value);
    }
  }
  // What a class inherits from another one's statics: an EventTarget is known by them.
  const parent: object = Object.getPrototypeOf(original);
  if (parent !== Object.getPrototypeOf(replacement)) Object.setPrototypeOf(replacement, parent);
  return replacement;
}

const isShape = (key: string | symbol): boolean =>
  key === "name" || key === "length" || key === "prototype";
