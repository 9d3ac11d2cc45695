import type { FiberCore } from "../fiber/core.ts";
import { keep, type Starter } from "./belongings.ts";
import { tie } from "./detach.ts";
import { type Begun, type CallKind, joined } from "./promise-call.ts";

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
  const promise = original(input, { ...membersOf(init), signal }).then((response) => {
    if (isOwned) tieBody(owner, caller, response, controller);
    return response;
  });
  const ending = {
    label: () => `fetch ${methodOf(input, init)} ${urlOf(input)}`,
    abort: (reason: unknown) => controller.abort(reason),
    discard: discardBody,
    detach: () => {
      isOwned = false;
    },
  };
  return { promise, ending };
}

/** What is known of the methods that read a response. */
export function bodyCall(name: string): CallKind<unknown> {
  return { label: (_args, self) => `response.${name} ${(self as Response).url}` };
}

/**
 * As long as somebody may read the body, a kill of its fiber ends that. Nothing
 * tells that it was read to its end, and a fiber that makes a million requests
 * must not hold them all: so the body itself holds its controller, and the fiber
 * only a weak hand on it.
 */
function tieBody(
  owner: FiberCore,
  caller: Starter,
  response: Response,
  controller: AbortController,
): void {
  const { body } = response;
  if (body === null) return;
  const weak = new WeakRef(controller);
  const untie = keep(owner, { caller, abandon: (reason) => weak.deref()?.abort(reason) });
  controllers.set(body, controller);
  collected.register(body, untie);
  tie(response, untie);
}

const controllers = new WeakMap<ReadableStream, AbortController>();
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
