import type { Wait } from "../fiber/wait.ts";
import { callWait, WAITED_FOR } from "./call-wait.ts";
import { beginFetch } from "./fetch.ts";
import { originalOf } from "./patched-module.ts";

/**
 * The host's `fetch` as a Wait: a kill or a timeout of the fiber aborts the
 * request, a kill also while the body is read. Nothing has to be patched.
 *
 * @throws what the host's `fetch` rejects with, a typed failure in Effect programs.
 * @example
 * ```ts
 * import { spawn, until } from "fibril";
 * import { fetch } from "fibril/monkey";
 *
 * spawn(function* () {
 *   const response = yield* fetch("data:text/plain,hello");
 *   console.log(yield* until(response.text())); // -> hello
 * });
 * ```
 */
export function fetch(
  input: Parameters<typeof globalThis.fetch>[0],
  init?: RequestInit,
): Wait<Response, unknown> {
  return callWait((owner) =>
    beginFetch(owner, WAITED_FOR, originalOf(globalThis.fetch), [input, init]),
  );
}
