/** How objects of a typeid are made in a server, and what clients may do with them. */
export interface TypeSpec {
  /** A class or a function. Without one the type is only known by name: there its objects can't be made. */
  readonly make: ((...args: readonly unknown[]) => unknown) | undefined;
  /** The methods that clients may call; all public ones if absent. */
  readonly exposed?: readonly string[] | undefined;
  /** Whether it is one of those that every `Manager` has. */
  readonly standard?: boolean | undefined;
  /** What these methods give stays in the server, as an object of the named type. */
  readonly methodTypes?: Readonly<Record<string, string>> | undefined;
}

/** Calls a function, or makes an object of a class. */
export function makerOf(callable: (...args: never[]) => unknown): TypeSpec["make"] {
  const fn = callable as (...args: readonly unknown[]) => unknown;
  const isClass = /^class\b/.test(Function.prototype.toString.call(fn));
  if (!isClass) return fn;
  const type = fn as unknown as new (...args: readonly unknown[]) => unknown;
  return (...args) => new type(...args);
}
