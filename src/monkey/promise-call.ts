import type { HostFunction } from "./function-shape.ts";
import { type Ending, ownPromise } from "./own-promise.ts";
import { ownerHere, refuseForKilled } from "./owner.ts";

/**
 * A function of the host that gives a promise. In a fiber that promise is the
 * fiber's, and `yield*` takes it; `endingOf` says how it ends.
 */
export function promiseCall<A>(
  endingOf: (args: readonly unknown[], given: Promise<A>) => Ending<A>,
): (original: HostFunction) => HostFunction {
  return (original) =>
    function patched(this: unknown, ...args: unknown[]): Promise<A> {
      const owner = ownerHere();
      if (owner !== undefined) {
        const begun: Promise<A> = original.apply(this, args);
        return ownPromise(owner, begun, endingOf(args, begun));
      }
      try {
        refuseForKilled();
      } catch (error) {
        return Promise.reject(error);
      }
      return original.apply(this, args);
    };
}

/**
 * As `promiseCall`, for functions with an options argument at `index` that takes
 * a signal: the fiber's end aborts it.
 */
export function abortableCall<A>(
  index: number,
  labelOf: (args: readonly unknown[]) => string,
  discard?: (value: A) => void,
): (original: HostFunction) => HostFunction {
  return (original) =>
    function patched(this: unknown, ...args: unknown[]): Promise<A> {
      const owner = ownerHere();
      if (owner === undefined)
        return promiseCall(() => ({ label: "" }))(original).apply(this, args);
      const label = labelOf(args);
      const controller = new AbortController();
      args[index] = withSignal(args[index], controller.signal);
      const begun: Promise<A> = original.apply(this, args);
      return ownPromise(owner, begun, {
        label,
        abort: (reason) => controller.abort(reason),
        discard,
      });
    };
}

/** `options` with our signal beside the caller's own. */
export function withSignal(options: unknown, ours: AbortSignal): object {
  // Where an encoding may stand in for the options.
  const given = typeof options === "string" ? { encoding: options } : ((options ?? {}) as object);
  const theirs = (given as { readonly signal?: AbortSignal | undefined }).signal;
  return { ...given, signal: theirs === undefined ? ours : AbortSignal.any([theirs, ours]) };
}
