import * as Cause from "effect/Cause";
import type { Thrown } from "../fiber/outcome.ts";

/** What the operating system's codes say, where its own words don't say what to do. */
const MEANINGS: Readonly<Record<string, string>> = {
  EACCES: "this program has not the right to; ports below 1024 need more than an ordinary user's",
  EADDRINUSE: "the address is in use; port 0 takes one that is free",
  EADDRNOTAVAIL: "this machine has no such address",
  ECONNREFUSED: "nobody listens there",
  ECONNRESET: "the other side reset the connection",
  EMFILE: "this process has too many files and sockets open",
  ENOENT: "there is no such path",
  ENOTFOUND: "there is no such host",
  EPIPE: "nobody will read what is sent: this side or the other has ended",
  ETIMEDOUT: "the other side did not answer",
};

/** What went wrong: an error of the host, or one of these. */
export interface Reason {
  readonly code?: string | undefined;
  readonly message: string;
}

export const CLOSED: Reason = { code: "EBADF", message: "it is closed" };
export const CLOSED_MEANWHILE: Reason = {
  code: "EBADF",
  message: "it was closed in another fiber",
};
export const ENDED: Reason = { code: "EPIPE", message: "" };
export const GONE: Reason = { code: "ECONNABORTED", message: "the connection is gone" };

/**
 * Thrown when the host could not do what a socket was asked for. `code` says
 * why in the operating system's words: "ECONNREFUSED", "ECONNRESET", "EBADF" for
 * a socket that was closed, also by another fiber meanwhile.
 *
 * Python: `OSError` and its kinds, by `errno`.
 *
 * @example
 * ```ts
 * import { spawn } from "fibril";
 * import { connect, listen, SocketError } from "fibril/server";
 *
 * spawn(function* () {
 *   const listener = yield* listen("127.0.0.1:0");
 *   yield* listener.close();
 *   try {
 *     yield* connect(listener.address);
 *   } catch (error) {
 *     if (error instanceof SocketError) console.log(error.code); // -> ECONNREFUSED
 *   }
 * });
 * ```
 */
export class SocketError extends Error {
  override readonly name: string = "SocketError";
  readonly _tag: "SocketError" = "SocketError" as const;
  readonly code: string;

  /** @param what was tried, after "Cannot". */
  constructor(what: string, reason: Reason) {
    const { code = "EIO", message } = reason;
    const cause = reason instanceof Error ? { cause: reason } : undefined;
    super(`Cannot ${what}: ${MEANINGS[code] ?? message} (${code})`, cause);
    this.code = code;
  }
}

/** How an op throws an error that stands in its type. */
export function failed(error: unknown): Thrown {
  return { error, cause: Cause.fail(error) };
}
