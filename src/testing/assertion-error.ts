import { host } from "../internal/host.ts";

interface Assert {
  readonly AssertionError: new (options: { readonly message: string }) => Error;
}

/** The AssertionError of `node:assert`, which every runtime has and every test runner knows. */
export function assertionError(message: string): Error {
  const { AssertionError } = host.process.getBuiltinModule("node:assert") as Assert;
  return new AssertionError({ message });
}
