import type { FiberCore } from "../fiber/core.ts";
import type { Starter } from "./belongings.ts";
import { BodyHold } from "./body-hold.ts";
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
        const begun = beginCall(kind, original, self, args);
        const hold = bodies.get(self as Response)?.hold;
        if (hold !== undefined) {
          hold.read();
          const release = () => hold.release();
          begun.promise.then(release, release);
        }
        return begun;
      },
      (callee, self) => bodies.get(self as Response)?.hold.caller ?? new Caller(callee),
    );
}

/** What is known of a response's body. */
interface Body {
  readonly hold: BodyHold;
  /** While somebody has the body there is somebody who may read it. */
  readonly controller: AbortController;
}

const bodies = hiddenSlot<Body>();

function tieBody(
  owner: FiberCore,
  starter: Starter,
  response: Response,
  controller: AbortController,
): void {
  const { body } = response;
  if (body === null) return;
  const hold = new BodyHold(owner, starter, controller, body);
  const known = { hold, controller };
  bodies.set(response, known);
  bodies.set(body, known);
  tie(response, () => hold.release());
}

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
