/** A module of the host, which all three runtimes hand out without an import: some may lack it. */
export function builtin<M extends object>(name: string): M {
  return process.getBuiltinModule(`node:${name}`) as unknown as M;
}
