import { isAsyncFunction } from "../fiber/body.ts";
import { getCurrent } from "../fiber/current.ts";
import type { Fiber } from "../fiber/fiber.ts";
import { GreenletExit, isGreenletExit } from "../fiber/greenlet-exit.ts";
import { runOwned } from "../fiber/owner.ts";
import { runInline } from "../fiber/run-inline.ts";
import type { Yieldable } from "../fiber/wait.ts";
import type { Address } from "./address.ts";
import type { Exchange } from "./http-exchange.ts";
import { requestFrom } from "./http-request.ts";
import { ClientGone, checkResponse, flushed, sendResponse } from "./http-response.ts";
import { report } from "./report.ts";

type Answering = Generator<Yieldable<unknown>, void, never>;
type Handle = (request: Request, address: Address) => unknown;

/** The body of the fiber that answers one request. */
export function* answer(exchange: Exchange, handle: Handle, server: { name: string }): Answering {
  const fiber = getCurrent() as Fiber;
  fiber.name = exchange.title;
  if (exchange.gone) return;
  exchange.whenGone(() => void fiber.kill(new GreenletExit("The client has gone")));
  const request = parse(exchange, fiber);
  if (request === undefined) return yield* refuse(exchange, 400, "Bad Request");
  try {
    const response = yield* runInline(() => callIn(fiber, handle, request, exchange.address));
    checkResponse(response);
    yield* sendResponse(response, exchange.response);
  } catch (error) {
    if (error instanceof ClientGone) return;
    if (fiber.signal.aborted && isGreenletExit(error)) throw error;
    report(server, `the handler of ${exchange.title} failed`, error);
    yield* refuse(exchange, 500, "Internal Server Error");
  }
}

function parse({ message }: Exchange, fiber: Fiber): Request | undefined {
  try {
    return requestFrom(message, fiber.signal);
  } catch {
    // A host that is no host, a method that the Web forbids: the client's fault.
    return undefined;
  }
}

/** After its `await`s, too, an async handler is found to belong to the fiber, and killed with it. */
function callIn(fiber: Fiber, handle: Handle, request: Request, address: Address): unknown {
  if (!isAsyncFunction(handle)) return handle(request, address);
  return runOwned(fiber, () => handle(request, address));
}

function* refuse(exchange: Exchange, status: number, text: string): Answering {
  exchange.reply(status, text);
  yield* flushed(exchange.response);
}
