import type { FiberCore } from "../fiber/core.ts";
import { keep } from "./belongings.ts";
import type { HostFunction } from "./function-shape.ts";
import { ownPromise } from "./own-promise.ts";
import { ownerHere, refuseForKilled } from "./owner.ts";

type Fetch = typeof globalThis.fetch;

/** `fetch` as a fiber calls it: its kill aborts the request, also while the body is read. */
export function cooperativeFetch(original: HostFunction): HostFunction {
  return function fetch(this: unknown, ...args: unknown[]): Promise<Response> {
    const owner = ownerHere();
    if (owner !== undefined) return fetchFor(owner, original as Fetch, args as Parameters<Fetch>);
    try {
      refuseForKilled();
    } catch (error) {
      return Promise.reject(error);
    }
    return original.apply(this, args) as Promise<Response>;
  };
}

/** The request of `owner`. */
export function fetchFor(
  owner: FiberCore,
  original: Fetch,
  [input, init]: Parameters<Fetch>,
): Promise<Response> {
  const controller = new AbortController();
  const abort = (reason: unknown) => controller.abort(reason);
  const theirs = init?.signal ?? (input instanceof Request ? input.signal : undefined);
  const signal =
    theirs === undefined || theirs === null
      ? controller.signal
      : AbortSignal.any([theirs, controller.signal]);
  const begun = original(input, { ...init, signal });
  return ownPromise(
    owner,
    begun.then((response) => tieBody(owner, response, abort)),
    { label: `fetch ${methodOf(input, init)} ${urlOf(input)}`, abort, discard: discardBody },
  );
}

/** As long as somebody may read the body, a kill of its fiber ends that. */
function tieBody(owner: FiberCore, response: Response, abort: (reason: unknown) => void): Response {
  if (response.body === null) return response;
  const untie = keep(owner, { abandon: abort });
  // Nothing tells that a body was read to its end; a response that nobody holds was.
  untieLater.register(response, untie);
  return response;
}

const untieLater = new FinalizationRegistry<() => void>((untie) => untie());

function discardBody(response: Response): void {
  response.body?.cancel().catch(() => {});
}

function methodOf(input: Parameters<Fetch>[0], init: RequestInit | undefined): string {
  return init?.method ?? (input instanceof Request ? input.method : "GET");
}

function urlOf(input: Parameters<Fetch>[0]): string {
  if (typeof input === "string") return input;
  return input instanceof URL ? input.href : input.url;
}
