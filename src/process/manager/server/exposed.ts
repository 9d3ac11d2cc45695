/** Never methods of anybody: they lead to what is behind an object, or make it look like a Promise. */
const REFUSED: readonly string[] = ["constructor", "then", "__proto__", "prototype"];

/** The public methods of an object: those of its class and the classes above, and its own. */
export function publicMethods(object: object): string[] {
  const names = new Set<string>();
  for (let level = object; level !== null && level !== Object.prototype; ) {
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      if (isPublic(name) && typeof descriptor.value === "function") names.add(name);
    }
    level = Object.getPrototypeOf(level);
  }
  return [...names];
}

/** By convention what begins with `_` is nobody else's business. */
export function isPublic(name: string): boolean {
  return !name.startsWith("_") && !REFUSED.includes(name) && !(name in Object.prototype);
}
