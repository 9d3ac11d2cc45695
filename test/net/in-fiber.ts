import { getHub, killAll, spawn, type Yieldable } from "fibril";
import { connect, type Listener, listen, type Socket } from "fibril/server";
import { expect } from "vitest";

/** A test whose body is a fiber, on the real clock; it must leave no other fiber behind. */
export function inFiber(
  body: () => Generator<Yieldable<unknown>, void, unknown>,
): () => Promise<void> {
  return async () => {
    try {
      await spawn(body);
      expect(getHub().fibers.map(({ name }) => name)).toEqual([]);
    } finally {
      await killAll(getHub().fibers, { grace: 0 });
    }
  };
}

/** Runs a body with both ends of a connection, and closes them. */
export function connected(
  body: (near: Socket, far: Socket) => Generator<Yieldable<unknown>, void, unknown>,
): () => Promise<void> {
  return inFiber(function* () {
    const listener = yield* listen(LOOPBACK);
    const [near, far] = yield* pair(listener);
    try {
      yield* body(near, far);
    } finally {
      near.abort();
      far.abort();
      yield* listener.close();
    }
  });
}

/** Both ends of a new connection. */
export function* pair(
  listener: Listener,
): Generator<Yieldable<unknown>, readonly [near: Socket, far: Socket], unknown> {
  const near = yield* connect(listener.address);
  const far = yield* listener.accept();
  return [near, far];
}

/** Any free port, where no other machine can reach it. */
export const LOOPBACK = "127.0.0.1:0";

export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/**
 * Sends something to and fro over a connection of its own. After that this program has seen
 * everything that had come to its other sockets before.
 */
export function* roundTrip(): Generator<Yieldable<unknown>, void, unknown> {
  const listener = yield* listen(LOOPBACK);
  const [near, far] = yield* pair(listener);
  yield* near.sendAll("ping\n");
  yield* far.sendAll(yield* far.readLine());
  yield* near.readLine();
  near.abort();
  far.abort();
  yield* listener.close();
}

/** Everything up to the end of the stream. */
export function* recvAll(socket: Socket): Generator<Yieldable<unknown>, string, unknown> {
  const decoder = new TextDecoder();
  let all = "";
  for (;;) {
    const data = yield* socket.recv(65_536, { timeout: "10 seconds" });
    if (data.length === 0) return all + decoder.decode();
    all += decoder.decode(data, { stream: true });
  }
}

/** Waits until the other end has cut the connection off, and gives what came before that. */
export function* cutOff(socket: Socket): Generator<Yieldable<unknown>, string, unknown> {
  let all = "";
  try {
    for (;;) {
      const data = yield* socket.recv(65_536, { timeout: "5 seconds" });
      if (data.length === 0) return all;
      all += text(data);
    }
  } catch (error) {
    if ((error as { code?: string }).code === "ECONNRESET") return all;
    throw error;
  } finally {
    socket.abort();
  }
}

/** What a host's server says when it can't accept. */
export const tooManyFiles = (): Error =>
  Object.assign(new Error("accept EMFILE"), { code: "EMFILE", syscall: "accept" });
