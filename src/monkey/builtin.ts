/** A module of the host, which all three runtimes hand out without an import. */
export function builtin<M extends object>(name: string): M {
  return process.getBuiltinModule(`node:${name}`) as unknown as M;
}

/** The module or global object that a name of ours stands for, such as `childProcess`, or a module's own. */
export function hostModule(name: string): object | undefined {
  if (name === "fetch") return globalThis;
  if (name === "atomics") return Atomics;
  if (name === "deno") return Reflect.get(globalThis, "Deno") as object | undefined;
  const plain = name.replace(/^node:/, "");
  const found = process.getBuiltinModule(plain === "childProcess" ? "child_process" : plain);
  return found as unknown as object | undefined;
}
