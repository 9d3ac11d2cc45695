import { Caller } from "./caller.ts";
import type { HostFunction } from "./function-shape.ts";
import { type Ending, ownPromise } from "./own-promise.ts";
import { ownerHere } from "./owner.ts";

/** What there is to know of a function of the host that gives a promise. */
export interface CallKind<A> {
  /** For reports, such as `fs.readFile /etc/hosts`. */
  label(args: readonly unknown[], self: unknown): string;
  /** The place of its options, if these take a signal: the end of the fiber aborts it. */
  readonly optionsAt?: number | undefined;
  /** Closes a result that comes too late. */
  readonly discard?: ((value: A) => void) | undefined;
}

/** A call that has begun, and how it is ended. */
export interface Begun<A> {
  readonly promise: Promise<A>;
  readonly ending: Ending<A>;
}

/** A function of the host that gives a promise: called in a fiber, that promise is the fiber's. */
export function promiseCall<A>(kind: CallKind<A>): (original: HostFunction) => HostFunction {
  return (original) => owning((self, args) => beginCall(kind, original, self, args), original);
}

/** Makes the promise of whatever `begin` begins in a fiber the fiber's. */
export function owning<A>(
  begin: (self: unknown, args: unknown[]) => Begun<A>,
  original: HostFunction,
): HostFunction {
  return function patched(this: unknown, ...args: unknown[]): Promise<A> {
    let owner: ReturnType<typeof ownerHere>;
    try {
      owner = ownerHere(patched);
    } catch (error) {
      return Promise.reject(error);
    }
    if (owner === undefined) return original.apply(this, args);
    const { promise, ending } = begin(this, args);
    return ownPromise(owner, new Caller(patched), promise, ending);
  };
}

export function beginCall<A>(
  kind: CallKind<A>,
  original: HostFunction,
  self: unknown,
  args: unknown[],
): Begun<A> {
  const { optionsAt, discard } = kind;
  const label = () => kind.label(args, self);
  if (optionsAt === undefined) {
    return { promise: original.apply(self, args), ending: { label, discard } };
  }
  const controller = new AbortController();
  const signalled = signalledArgs(args, optionsAt, controller.signal);
  const abort = (reason: unknown) => controller.abort(reason);
  return { promise: original.apply(self, signalled), ending: { label, abort, discard } };
}

/** The arguments, with our signal in the options at `optionsAt`. */
export function signalledArgs(
  args: readonly unknown[],
  optionsAt: number,
  ours: AbortSignal,
): unknown[] {
  const signalled = [...args];
  // What is left out before them stays `undefined`: the host has its default for it.
  while (signalled.length < optionsAt) signalled.push(undefined);
  signalled[optionsAt] = withSignal(args[optionsAt], ours);
  return signalled;
}

/** `options` with our signal beside the caller's own. */
function withSignal(options: unknown, ours: AbortSignal): unknown {
  // Where an encoding may stand in for the options.
  if (typeof options === "string") return { encoding: options, signal: ours };
  // For the host to refuse.
  if (typeof options !== "object" && options !== undefined) return options;
  const { signal } = (options ?? {}) as { readonly signal?: AbortSignal | null | undefined };
  return { ...options, signal: joined(signal, ours) };
}

/** Both signals in one. Not a signal: for the host to refuse. */
export function joined(theirs: AbortSignal | null | undefined, ours: AbortSignal): AbortSignal {
  if (theirs === undefined || theirs === null) return ours;
  return theirs instanceof AbortSignal ? AbortSignal.any([theirs, ours]) : theirs;
}
