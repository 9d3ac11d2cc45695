import type { ServerResponse } from "node:http";
import { show } from "../fiber/body.ts";
import { until } from "../fiber/until.ts";
import type { Wait, Yieldable } from "../fiber/wait.ts";
import { bytesOf, NO_BYTES } from "./bytes.ts";
import { atFirst, hostWait } from "./host-wait.ts";
import { SocketError } from "./socket-error.ts";
import { SendAll, Writer } from "./writer.ts";

type Sending = Generator<Yieldable<unknown>, void, never>;

/** The client takes no more: nobody's fault, and nobody is left to be told. */
export class ClientGone extends Error {}

/** Throws for what no handler should return. */
export function checkResponse(response: unknown): asserts response is Response {
  // By its tag: frameworks bring Responses of their own.
  const isResponse = Object.prototype.toString.call(response) === "[object Response]";
  // The one of `Response.error()` has no status.
  if (isResponse && (response as Response).status !== 0) return;
  const found = isResponse ? "a Response of type error" : show(response);
  throw new TypeError(`Cannot answer with ${found}: return a Response from the handler`);
}

/** Sends a Response and waits until it is gone; a slow client makes its body wait. Throws ClientGone. */
export function* sendResponse(response: Response, to: ServerResponse): Sending {
  const { body } = response;
  if (to.req.method === "HEAD") {
    if (body !== null) yield* until(body.cancel());
    writeHead(response, to);
    to.end();
  } else if (body === null) {
    writeHead(response, to, 0);
    to.end();
  } else {
    yield* sendBody(response, body, to);
  }
  yield* flushed(to);
}

function* sendBody(
  response: Response,
  body: ReadableStream<Uint8Array>,
  to: ServerResponse,
): Sending {
  const reader = body.getReader();
  let isOver = false;
  try {
    const { chunk, rest } = yield* until(lookAhead(reader));
    if (rest === undefined) {
      writeHead(response, to, chunk.length);
      to.end(chunk);
    } else {
      writeHead(response, to);
      yield* sendChunks(chunk, rest, reader, to);
    }
    isOver = true;
  } finally {
    if (!isOver) reader.cancel().catch(() => {});
  }
}

type BodyReader = ReadableStreamDefaultReader<Uint8Array>;
type Read = Awaited<ReturnType<BodyReader["read"]>>;

function* sendChunks(
  first: Uint8Array,
  rest: Promise<Read>,
  reader: BodyReader,
  to: ServerResponse,
): Sending {
  const client = new Writer(to, "the client");
  // The client learns what it will get before there is any of it.
  if (first.length === 0) to.flushHeaders();
  else yield* give(client, first);
  for (let next = rest; ; next = reader.read()) {
    const { done, value } = yield* until(next);
    if (done) return void to.end();
    yield* give(client, value);
  }
}

function* give(client: Writer, chunk: Uint8Array): Sending {
  const bytes = bytesOf(chunk, "send");
  try {
    // An empty chunk would be the end of the body.
    if (bytes.length > 0) yield* new SendAll(client, bytes);
  } catch (error) {
    throw error instanceof SocketError ? new ClientGone() : error;
  }
}

/**
 * The body's beginning, and the read that is under way for its rest; none if that
 * was all. Most bodies are at hand whole: they go out in one piece with their
 * length, and only real streams in chunks.
 */
async function lookAhead(
  reader: BodyReader,
): Promise<{ readonly chunk: Uint8Array; readonly rest: Promise<Read> | undefined }> {
  const first = reader.read();
  const read = await soon(first);
  if (read === undefined) return { chunk: NO_BYTES, rest: first };
  if (read.done) return { chunk: NO_BYTES, rest: undefined };
  const second = reader.read();
  const isAll = (await soon(second))?.done === true;
  return { chunk: read.value, rest: isAll ? undefined : second };
}

/**
 * So many microtasks the three runtimes take at most to read what is at hand.
 * Fewer, and whole bodies go out in chunks; more only costs time.
 */
const SOON = 12;

/** What a read gives, unless that has to be waited for. */
async function soon(read: Promise<Read>): Promise<Read | undefined> {
  let result: Read | undefined;
  read.then(
    (value) => {
      result = value;
    },
    () => {},
  );
  for (let i = 0; i < SOON && result === undefined; i++) await undefined;
  return result;
}

/** @param length of the body, if it is known; a handler that states it knows better. */
function writeHead(response: Response, to: ServerResponse, length?: number): void {
  const { status, statusText, headers } = response;
  to.statusCode = status;
  if (statusText !== "") to.statusMessage = statusText;
  for (const [name, value] of headers) to.appendHeader(name, value);
  if (length !== undefined && !headers.has("content-length") && mayHaveBody(status)) {
    to.setHeader("content-length", length);
  }
}

const mayHaveBody = (status: number): boolean => status !== 204 && status !== 304;

/** Waits until the system has taken everything, or the client has gone. */
export function flushed(to: ServerResponse): Wait<void, unknown> {
  return hostWait<void>("send the response", (answer) => {
    if (!to.writableFinished && !to.destroyed) {
      return atFirst(to, ["finish", "close"], () => answer.done());
    }
    answer.done();
    return () => {};
  });
}
