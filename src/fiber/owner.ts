import { type AsyncStorage, host } from "../internal/host.ts";
import type { FiberCore } from "./core.ts";

let storage: AsyncStorage<FiberCore> | undefined;

/** Runs the body of an async fiber so that after an `await`, too, its fiber can be found. */
export function runOwned<A>(fiber: FiberCore, run: () => A): A {
  storage ??= host.asyncStorage();
  return storage.run(fiber, run);
}

/** The async fiber that the running code belongs to, if there is one. */
export function asyncOwner(): FiberCore | undefined {
  return storage?.getStore();
}
