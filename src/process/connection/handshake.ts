import { Buffer } from "node:buffer";
import type { Yieldable } from "../../fiber/wait.ts";
import { SocketError } from "../../net/socket-error.ts";
import { DIGEST_BYTES, digest, isSame, makeNonce, NONCE_BYTES } from "./authkey.ts";
import type { Connection } from "./connection.ts";
import { AuthenticationError, EOFError } from "./connection-errors.ts";

/** By it the two ends know each other, before anything that one of them sent is believed. */
const MAGIC = Buffer.from("fibril/connection/1\n");

/** How many messages the listener hears in a handshake, and the client. */
export const FROM_CLIENT = 1;
export const fromListener = (key: Uint8Array | undefined): number => (key === undefined ? 1 : 2);

const OPEN = 0;
const KEYED = 1;
/** The other's digest is wrong, or is not given. */
const REFUSED = 2;

/** What the listening side found. */
export type Greeted = "welcome" | "refused" | "stranger";

type Steps<A> = Generator<Yieldable, A, never>;

/**
 * The listener speaks first: whether it wants a proof, and a nonce. The client
 * answers with a nonce and its proof, the listener with its own: both must have
 * the key. Without a key the client's magic is enough.
 */
export function* greetClient(connection: Connection, key: Uint8Array | undefined): Steps<Greeted> {
  const nonce = makeNonce();
  yield* connection.sendBytes(said(key === undefined ? OPEN : KEYED, nonce));
  const answer = parse(yield* connection.recvBytes());
  if (answer === undefined) return "stranger";
  if (key === undefined) return answer.kind === OPEN ? "welcome" : "stranger";
  const isRight =
    answer.kind === KEYED && isSame(answer.digest, digest(key, "client", answer.nonce, nonce));
  if (!isRight) {
    yield* connection.sendBytes(said(REFUSED));
    return "refused";
  }
  const proof = digest(key, "listener", answer.nonce, nonce);
  yield* connection.sendBytes(said(KEYED, nonce, proof));
  return "welcome";
}

/** The client's side; throws where it is not welcome. */
export function* greetListener(connection: Connection, key: Uint8Array | undefined): Steps<void> {
  const { name } = connection.transport;
  const hello = yield* hear(connection);
  if (hello === undefined) {
    throw new SocketError(`connect to ${name}`, {
      code: "EPROTO",
      message: "what listens there is no Listener of fibril's",
    });
  }
  const nonce = makeNonce();
  const kind = key === undefined ? OPEN : KEYED;
  const proof = key === undefined ? Buffer.alloc(0) : digest(key, "client", nonce, hello.nonce);
  yield* connection.sendBytes(said(kind, nonce, proof));
  if (hello.kind !== kind) throw new AuthenticationError(mismatch(name, key));
  if (key === undefined) return;
  const answer = yield* hear(connection);
  if (answer === undefined || answer.kind !== KEYED) {
    throw new AuthenticationError(
      `Cannot connect to ${name}: the digest sent was rejected; it has another authkey`,
    );
  }
  if (!isSame(answer.digest, digest(key, "listener", nonce, hello.nonce))) {
    throw new AuthenticationError(
      `Cannot connect to ${name}: the digest received was wrong; it has another authkey`,
    );
  }
}

function mismatch(name: string, key: Uint8Array | undefined): string {
  return key === undefined
    ? `Cannot connect to ${name}: it wants an authkey; pass { authkey }`
    : `Cannot connect to ${name}: it has no authkey; leave it out here, or pass it to the Listener`;
}

/** Whoever closes instead of speaking does not want us either. */
function* hear(connection: Connection): Steps<Spoken | undefined> {
  try {
    return parse(yield* connection.recvBytes());
  } catch (error) {
    if (error instanceof EOFError) return undefined;
    throw error;
  }
}

interface Spoken {
  readonly kind: number;
  readonly nonce: Uint8Array;
  readonly digest: Uint8Array;
}

function said(kind: number, ...parts: Uint8Array[]): Buffer {
  return Buffer.concat([MAGIC, Uint8Array.of(kind), ...parts]);
}

/** Undefined for what does not begin with the magic. */
function parse(message: Uint8Array): Spoken | undefined {
  const at = MAGIC.length;
  const kind = message[at];
  if (kind === undefined || Buffer.compare(message.subarray(0, at), MAGIC) !== 0) return undefined;
  const nonceEnd = at + 1 + NONCE_BYTES;
  return {
    kind,
    nonce: message.subarray(at + 1, nonceEnd),
    digest: message.subarray(nonceEnd, nonceEnd + DIGEST_BYTES),
  };
}
