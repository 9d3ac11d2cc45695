import { randomUUID } from "node:crypto";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Address,
  type AddressInput,
  type HostAddress,
  parseAddress,
  showAddress,
} from "../../net/address.ts";

/** As for a server's socket, and a path as it is: one with a slash, or an abstract one, which begins with `\0`. */
export type PeerAddress = AddressInput;

/** Throws at the call for what is no address. */
export function parsePeerAddress(input: PeerAddress, caller: string): HostAddress {
  const isPath = typeof input === "string" && /[\0/\\]/.test(input);
  return isPath ? { path: input } : parseAddress(input, caller);
}

/** In reports and errors: abstract names begin with `@` there, as the system's own tools write them. */
export function showPeer(address: HostAddress | Address): string {
  return showAddress(address).replace("\0", "@");
}

/** One of this machine's own: an abstract name leaves nothing behind, however the process ends. */
export function freeAddress(): HostAddress {
  const name = `fibril-${process.pid}-${randomUUID()}`;
  if (process.platform === "linux") return { path: `\0${name}` };
  if (process.platform === "win32") return { path: `\\\\.\\pipe\\${name}` };
  return { path: join(tmpdir(), name) };
}
