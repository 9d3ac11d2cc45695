import { type AsyncStorage, host } from "../internal/host.ts";
import type { FiberCore } from "./core.ts";

/** Shared by all copies of fibril, as the hub is. */
const STORAGE: unique symbol = Symbol.for("fibril/owner/1");
const globals = globalThis as { [STORAGE]?: AsyncStorage<FiberCore | undefined> };

/** Runs the body of an async fiber so that after an `await`, too, its fiber can be found. */
export function runOwned<A>(fiber: FiberCore | undefined, run: () => A): A {
  globals[STORAGE] ??= host.asyncStorage();
  return globals[STORAGE].run(fiber, run);
}

/** The async fiber that the running code belongs to, if there is one. */
export function asyncOwner(): FiberCore | undefined {
  return globals[STORAGE]?.getStore();
}
