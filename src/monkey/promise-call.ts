import type { FiberCore } from "../fiber/core.ts";
import { ENDING } from "../fiber/state.ts";
import type { Starter } from "./belongings.ts";
import { Caller, DIRECT } from "./caller.ts";
import type { HostFunction } from "./function-shape.ts";
import { type Ending, ownPromise } from "./own-promise.ts";
import { killOf, nearestFiber } from "./owner.ts";

/** Where a function of the host takes a signal, by which its fiber ends it. */
export interface SignalPlace {
  /** The place of its options among the arguments. */
  readonly at: number;
  /** Whether a string may stand in for them. */
  readonly orEncoding?: boolean;
}

/** What there is to know of a function of the host that gives a promise. */
export interface CallKind<A> {
  /** For reports, such as `fs.readFile /etc/hosts`. */
  label(args: readonly unknown[], self: unknown): string;
  readonly options?: SignalPlace | undefined;
  /** Closes a result that comes too late. */
  readonly discard?: ((value: A) => void) | undefined;
}

/** A call that has begun, and how it is ended. */
export interface Begun<A> {
  readonly promise: Promise<A>;
  readonly ending: Ending<A>;
}

/** Begins a call that is `owner`'s. */
export type Begin<A> = (
  owner: FiberCore,
  caller: Starter,
  self: unknown,
  args: unknown[],
) => Begun<A>;

/** A function of the host that gives a promise: called in a fiber, that promise is the fiber's. */
export function promiseCall<A>(kind: CallKind<A>): (original: HostFunction) => HostFunction {
  return (original) =>
    owning(original, (_owner, _caller, self, args) => beginCall(kind, original, self, args));
}

/** Who is looked upon as the one that calls `callee`, a method of `self` if it is one. */
export type FindStarter = (callee: HostFunction, self: unknown) => Starter;

const findCaller: FindStarter = (callee) => new Caller(callee, DIRECT);

/** Makes the promise of whatever `begin` begins in a fiber the fiber's. */
export function owning<A>(
  original: HostFunction,
  begin: Begin<A>,
  findStarter: FindStarter = findCaller,
): HostFunction {
  return function patched(this: unknown, ...args: unknown[]): Promise<A> {
    const owner = nearestFiber();
    if (owner === undefined) return original.apply(this, args);
    if (owner.state >= ENDING) {
      const kill = killOf(owner, patched);
      return kill === undefined ? original.apply(this, args) : Promise.reject(kill.error);
    }
    const starter = findStarter(patched, this);
    const { promise, ending } = begin(owner, starter, this, args);
    return ownPromise(owner, starter, promise, ending);
  };
}

export function beginCall<A>(
  kind: CallKind<A>,
  original: HostFunction,
  self: unknown,
  args: readonly unknown[],
): Begun<A> {
  const { options, discard } = kind;
  const label = () => kind.label(args, self);
  if (options === undefined) {
    return { promise: original.apply(self, [...args]), ending: { label, discard } };
  }
  const controller = new AbortController();
  const promise: Promise<A> = original.apply(self, withSignal(args, options, controller.signal));
  const abort = (reason: unknown) => controller.abort(reason);
  return { promise, ending: { label, abort, discard } };
}

/** The arguments, with our signal in the options beside the caller's own. */
export function withSignal(
  args: readonly unknown[],
  { at, orEncoding = false }: SignalPlace,
  ours: AbortSignal,
): unknown[] {
  const signalled = [...args];
  // What is left out before the options stays `undefined`: the host has its default for it.
  while (signalled.length < at) signalled.push(undefined);
  const found = args[at] ?? {};
  const options = orEncoding && typeof found === "string" ? { encoding: found } : found;
  // Anything else is for the host to refuse.
  if (typeof options !== "object") return signalled;
  const { signal } = options as { readonly signal?: AbortSignal | null };
  signalled[at] = { ...options, signal: joined(signal, ours) };
  return signalled;
}

/** Both signals in one. Not a signal: for the host to refuse. */
export function joined(theirs: AbortSignal | null | undefined, ours: AbortSignal): AbortSignal {
  if (theirs === undefined || theirs === null) return ours;
  return theirs instanceof AbortSignal ? AbortSignal.any([theirs, ours]) : theirs;
}
