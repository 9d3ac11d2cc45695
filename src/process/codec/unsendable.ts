/**
 * Thrown where a value is to go to another process and a part of it can't.
 *
 * @example
 * ```ts
 * import { Process, UnsendableError } from "fibril/process";
 *
 * const child = new Process({
 *   target: (job: object) => console.log(job),
 *   args: [{ when: new Date(), callback: () => {} }],
 * });
 * try {
 *   child.start();
 * } catch (error) {
 *   if (error instanceof UnsendableError) console.log(error.path); // -> args[0].callback
 * }
 * ```
 */
export class UnsendableError extends TypeError {
  override readonly name: string = "UnsendableError";
  readonly _tag: "UnsendableError" = "UnsendableError" as const;
  /** Where it is: `args[0].job.callback`. */
  readonly path: string;

  constructor(path: string, what: string, advice: string) {
    super(`Cannot send ${path} to another process: it is ${what}; ${advice}`);
    this.path = path;
  }
}

/** The step from a container to what is in it, as one would write it. */
export function keyPath(path: string, key: string): string {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key)
    ? `${path}.${key}`
    : `${path}[${JSON.stringify(key)}]`;
}

/** Classes of fibril that live in one process, and have a twin of the same name for several. */
const LOCAL = new Set([
  "Queue",
  "JoinableQueue",
  "SimpleQueue",
  "Lock",
  "RLock",
  "Semaphore",
  "BoundedSemaphore",
  "Condition",
  "Event",
  "Barrier",
  "Pool",
]);

export function unsendable(path: string, value: unknown): UnsendableError {
  if (typeof value === "function") {
    const what = value.name === "" ? "a function" : `the function "${value.name}"`;
    return new UnsendableError(path, what, "send its name, or the data that it needs");
  }
  if (typeof value === "symbol") {
    return new UnsendableError(path, String(value), "a symbol is the same in one process only");
  }
  const name = (value as object).constructor?.name ?? "an unknown class";
  if (name === "Promise")
    return new UnsendableError(path, "a Promise", "await it, and send its value");
  if (name === "SharedArrayBuffer") {
    const advice = "threads share it, processes don't; use SharedMemory of fibril/process";
    return new UnsendableError(path, "a SharedArrayBuffer", advice);
  }
  if (name === "Pool" && "terminate" in (value as object)) {
    const advice = "the process that made it alone can use it; make another one there";
    return new UnsendableError(path, "a Pool", advice);
  }
  if (LOCAL.has(name)) {
    const advice = `it lives in this process; use ${name} of fibril/process`;
    return new UnsendableError(path, `a ${name} of this process`, advice);
  }
  const advice = "send plain data, or register its class with a pair of functions";
  return new UnsendableError(path, `an object of class ${name}`, advice);
}
