import type { AddressInfo, Socket as HostSocket } from "node:net";
import { show } from "../fiber/body.ts";

/** One end of a connection. A Unix socket has a `path`, an empty `host` and port 0. */
export interface Address {
  readonly host: string;
  readonly port: number;
  readonly path?: string;
}

/**
 * A port, `"host:port"`, `["host", port]`, an Address, or `{ path }` for a Unix
 * socket. Without a host: every interface to listen on, this machine to connect
 * to. Port 0 is one that is free.
 */
export type AddressInput =
  | number
  | string
  | readonly [host: string, port: number]
  | { readonly host?: string | undefined; readonly port: number; readonly path?: never }
  | { readonly path: string }
  | Address;

/** The form in which Node takes it. */
export type HostAddress = InetAddress | { readonly path: string };

export interface InetAddress {
  readonly host?: string;
  readonly port: number;
}

/** Throws at the call, with what was found, for what is no address. */
export function parseAddress(input: AddressInput, caller: string): HostAddress {
  if (typeof input === "number") return inet(undefined, input, caller);
  if (typeof input === "string") return parseText(input, caller);
  if (isPair(input)) return inet(input[0], input[1], caller);
  if (typeof input !== "object" || input === null) throw notAnAddress(input, caller);
  if (typeof input.path === "string") return { path: input.path };
  if (!("port" in input)) throw notAnAddress(input, caller);
  return inet(input.host, input.port, caller);
}

/** The address of somebody else. What stands for every interface to a listener is this machine there. */
export function parsePeer(input: AddressInput, caller: string): HostAddress {
  const address = parseAddress(input, caller);
  if ("path" in address) return address;
  const { host, port } = address;
  if (port === 0) throw new RangeError(`Cannot ${caller} port 0: pass the port of a listener`);
  return host === undefined || EVERY_INTERFACE.includes(host) ? { port } : { host, port };
}

const EVERY_INTERFACE = ["0.0.0.0", "::"];

/** For datagrams, of which hosts know none by path. */
export function refusePath(address: HostAddress, caller: string): InetAddress {
  if ("port" in address) return address;
  throw new TypeError(`Cannot ${caller} the path ${show(address.path)}: datagrams go to ports`);
}

const isPair = (input: unknown): input is readonly [string, number] => Array.isArray(input);

function parseText(text: string, caller: string): HostAddress {
  const match = /^(?:\[([^\]]+)\]|([^:/]*)):(\d+)$/.exec(text);
  if (match === null) throw notAnAddress(text, caller);
  return inet(match[1] ?? match[2], Number(match[3]), caller);
}

const MAX_PORT = 65_535;

function inet(host: unknown, port: unknown, caller: string): HostAddress {
  if (typeof port !== "number") throw notAnAddress(port, caller);
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT) {
    throw new RangeError(
      `Cannot ${caller} port ${port}: pass an integer from 0 (any free one) to ${MAX_PORT}`,
    );
  }
  if (host === undefined || host === "") return { port };
  if (typeof host !== "string") throw notAnAddress(host, caller);
  return { host, port };
}

function notAnAddress(input: unknown, caller: string): TypeError {
  return new TypeError(
    `Cannot ${caller} ${show(input)}: pass a port, "host:port", ["host", port], { host, port } or { path }`,
  );
}

/** `127.0.0.1:80`, `[::1]:80` or a path, as it is written in messages. */
export function showAddress(address: HostAddress | Address): string {
  const { host = "", port, path } = address as Partial<Address>;
  if (path !== undefined) return path;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

export function asAddress(address: HostAddress): Address {
  return { host: "", port: 0, ...address };
}

/** What a host object says it is bound to: a path for Unix sockets. */
export function addressFrom(info: AddressInfo | string | null): Address {
  if (info === null) return { host: "", port: 0 };
  if (typeof info === "string") return { host: "", port: 0, path: info };
  return { host: info.address, port: info.port };
}

export function remoteAddressOf(host: HostSocket): Address {
  return { host: host.remoteAddress ?? "", port: host.remotePort ?? 0 };
}

export function localAddressOf(host: HostSocket): Address {
  return { host: host.localAddress ?? "", port: host.localPort ?? 0 };
}
