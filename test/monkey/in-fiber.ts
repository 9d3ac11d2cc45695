import { createServer, type RequestListener } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { type Fiber, getHub, killAll, spawn, type Yieldable } from "fibril";
import { type PatchOptions, patch, unpatch } from "fibril/monkey";
import { expect } from "vitest";

/** What a part of a test's body yields and gives. */
export type Steps<A = void> = Generator<Yieldable<unknown>, A, unknown>;

export type Body = () => Generator<Yieldable<unknown>, void, never>;

/** A test with these modules patched whose body is a fiber; it must leave no other fiber behind. */
export function patched(options: PatchOptions, body: Body): () => Promise<void> {
  return async () => {
    patch(options);
    try {
      await spawn(body);
      expect(getHub().fibers.map(({ name }) => name)).toEqual([]);
    } finally {
      await killAll(getHub().fibers, { grace: 0 });
      unpatch();
    }
  };
}

/** `yield*` of a patched call's promise: it runs, but TypeScript can't type it. */
export function yielding<A>(promise: Promise<A>): Yieldable<unknown> & Iterable<never, A> {
  return promise as never;
}

/** An HTTP server on a free port, which `close` ends with all its connections. */
export async function serve(
  answer: RequestListener,
): Promise<{ url: string; port: number; close(): void }> {
  const server = createServer(answer);
  const port = await listening(server);
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}/`, port, close };
}

/** Listens on a free port of this machine and gives it. */
export function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

/** A promise, and the function that fulfils it. */
export function deferred<A = void>(): { promise: Promise<A>; done(value: A): void } {
  let done: (value: A) => void = () => {};
  const promise = new Promise<A>((resolve) => {
    done = resolve;
  });
  return { promise, done };
}

/** The reason for which a fiber is parked, once it is. */
export const parkOf = (fiber: Fiber<unknown, unknown>): string => String(fiber.parkReason);
