import { isControl, sleep, until, withTimeout } from "fibril";
import type { Options } from "./options.ts";
import type { Pace } from "./pace.ts";
import { type Answer, NETWORK_ERROR, retryAfter, TIMEOUT } from "./retry.ts";

export const USER_AGENT = "fibril-crawler/0.1";
const ACCEPT = "text/html,application/xhtml+xml,*/*;q=0.5";

/** One address to ask for, and how. */
export interface Request {
  readonly url: string;
  readonly redirect: "manual" | "follow";
  /** The least time to the next request to this host, in ms. */
  readonly gap: number;
  /** Which bodies to read, by Content-Type; of the others only the headers count. */
  readonly reads: (contentType: string | null) => boolean;
}

export interface Download extends Answer {
  /** From the start of the first attempt to the end of the last. */
  readonly milliseconds: number;
}

/** Asks until there is an answer or no use in asking. It never fails, but it may be killed. */
export function* download(request: Request, options: Options, pace: Pace) {
  yield* pace.wait(request.url, request.gap);
  const start = performance.now();
  for (let retry = 0; ; retry++) {
    const answer: Answer = { status: null, headers: new Headers(), bytes: 0 };
    yield* attempt(request, options, answer);
    const pause = retryAfter(answer, retry);
    if (pause === undefined) {
      return { ...answer, milliseconds: Math.round(performance.now() - start) };
    }
    yield* sleep(pause);
    yield* pace.wait(request.url, request.gap);
  }
}

function* attempt(request: Request, { timeout, maxBytes }: Options, answer: Answer) {
  try {
    const work = exchange(request, maxBytes, answer);
    const end = yield* withTimeout(timeout, work, { value: TIMEOUT });
    if (end === TIMEOUT) answer.error = TIMEOUT;
  } catch (error) {
    if (isControl(error)) throw error;
    answer.error = `${NETWORK_ERROR}: ${reasonOf(error)}`;
  }
}

/** Fills in the answer as it arrives, so that a timeout leaves what was there by then. */
function* exchange({ url, redirect, reads }: Request, maxBytes: number, answer: Answer) {
  const headers = { "user-agent": USER_AGENT, accept: ACCEPT };
  const response = yield* until((signal) => fetch(url, { signal, redirect, headers }));
  answer.status = response.status;
  answer.headers = response.headers;
  if (response.body === null) return;
  if (reads(response.headers.get("content-type"))) {
    answer.body = yield* readBody(response.body, maxBytes, answer);
  } else {
    answer.bytes = Number(response.headers.get("content-length"));
    hangUp(response.body);
  }
}

function* readBody(body: ReadableStream<Uint8Array>, maxBytes: number, answer: Answer) {
  const reader = body.getReader();
  const parts: Uint8Array[] = [];
  try {
    for (;;) {
      const { done, value } = yield* until(reader.read());
      if (done) break;
      parts.push(value);
      answer.bytes += value.byteLength;
      if (answer.bytes > maxBytes) {
        answer.error = `too large: only the first ${answer.bytes} bytes were read`;
        break;
      }
    }
  } finally {
    // A timeout or a kill arrives at the yield* above, and must not leave the connection open.
    hangUp(reader);
  }
  return Buffer.concat(parts);
}

/** Closes the connection, unless all was read. */
function hangUp(body: { cancel(): Promise<void> }): void {
  body.cancel().catch(() => {});
}

/** `fetch` says just "fetch failed"; what happened stands in the cause, if anywhere. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  return message || code || error.message;
}
