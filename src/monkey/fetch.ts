import type { FiberCore } from "../fiber/core.ts";
import { keep, type Starter } from "./belongings.ts";
import { Caller } from "./caller.ts";
import { tie } from "./detach.ts";
import { hiddenSlot } from "./hidden-slot.ts";
import { runAsNobody } from "./owner.ts";
import type { Replacing } from "./patched-module.ts";
import { type Begun, beginCall, type CallKind, joined, owning } from "./promise-call.ts";

type Fetch = typeof globalThis.fetch;

/** A request of `owner`, whose body is its as well. */
export function beginFetch(
  owner: FiberCore,
  caller: Starter,
  original: Fetch,
  [input, init]: Parameters<Fetch>,
): Begun<Response> {
  const controller = new AbortController();
  const signal = joined(signalOf(input, init), controller.signal);
  let isOwned = true;
  const begin = () => original(input, { ...membersOf(init), signal });
  const begun = streams(input, init) ? begin() : runAsNobody(begin);
  const promise = begun.then((response) => {
    if (isOwned) tieBody(owner, caller, response, controller);
    return response;
  });
  const ending = {
    label: () => `fetch ${methodOf(input, init)} ${urlOf(input)}`,
    abort: (reason: unknown) => controller.abort(reason),
    discard: discardBody,
    isRequest: true,
    detach: () => {
      isOwned = false;
    },
  };
  return { promise, ending };
}

/**
 * Whether code of the caller runs for the request's body: that is the fiber's. What
 * else the host does for a request, such as its timers, is nobody's.
 */
function streams(input: Parameters<Fetch>[0], init: RequestInit | undefined): boolean {
  const { body } = init ?? {};
  if (typeof body === "object" && body !== null) {
    return Symbol.asyncIterator in body || Symbol.iterator in body;
  }
  return input instanceof Request && input.body !== null;
}

/** A method that reads a response, for the one who made the request. */
export function bodyCall(name: string): Replacing {
  const kind: CallKind<unknown> = {
    label: (_args, self) => `response.${name} ${(self as Response).url}`,
  };
  return (original) =>
    owning(
      original,
      (_owner, _starter, self, args) => {
        const { promise, ending } = beginCall(kind, original, self, args);
        const read = () => bodies.get(self as Response)?.untie();
        promise.then(read, read);
        return { promise, ending };
      },
      (callee, self) => bodies.get(self as Response)?.starter ?? new Caller(callee),
    );
}

/** What is known of a response's body. */
interface Body {
  readonly starter: Starter;
  /** While somebody has the body there is somebody who may read it. */
  readonly controller: AbortController;
  readonly untie: () => void;
}

const bodies = hiddenSlot<Body>();

/**
 * As long as somebody may read the body, a kill of its fiber ends that. Nothing
 * tells that a stream was read to its end, and a fiber that makes a million requests
 * must not hold them all: so the body itself holds its controller, and the fiber
 * only a weak hand on it.
 */
function tieBody(
  owner: FiberCore,
  starter: Starter,
  response: Response,
  controller: AbortController,
): void {
  const { body } = response;
  if (body === null) return;
  const weak = new WeakRef(controller);
  const abandon = (reason: unknown) => weak.deref()?.abort(reason);
  const untie = keep(owner, { caller: starter, isRequest: true, abandon });
  const known = { starter, controller, untie };
  bodies.set(response, known);
  bodies.set(body, known);
  collected.register(body, untie);
  tie(response, untie);
}

const collected = new FinalizationRegistry<() => void>((untie) => untie());

function discardBody(response: Response): void {
  response.body?.cancel().catch(() => {});
}

/** Of a Request in the place of options the members are inherited. */
function membersOf(init: RequestInit | undefined): RequestInit {
  const members: Record<string, unknown> = {};
  for (const key in init) members[key] = init[key as keyof RequestInit];
  return members;
}

/** `null` in the options means none, whatever the request has. */
function signalOf(
  input: Parameters<Fetch>[0],
  init: RequestInit | undefined,
): AbortSignal | null | undefined {
  if (init?.signal !== undefined) return init.signal;
  return input instanceof Request ? input.signal : undefined;
}

function methodOf(input: Parameters<Fetch>[0], init: RequestInit | undefined): string {
  return init?.method ?? (input instanceof Request ? input.method : "GET");
}

function urlOf(input: Parameters<Fetch>[0]): string {
  return input instanceof Request ? input.url : String(input);
}
