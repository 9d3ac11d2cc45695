import { existsSync } from "node:fs";
import { isIP, type Server } from "node:net";
import { getSystemErrorName } from "node:util";
import { host } from "../../internal/host.ts";
import type { HostAddress } from "../../net/address.ts";
import { SocketError } from "../../net/socket-error.ts";
import { showPeer } from "./peer-address.ts";

/**
 * Makes a server listen, so that its address is known at once: hosts look even an
 * IP address up first, and tell the port a turn later. Where that can't be had,
 * as for a host's name, it listens a little later.
 *
 * @throws SocketError if the system refuses, and says so at once.
 */
export function bindNow(server: Server, target: HostAddress, backlog: number): void {
  if ("path" in target) {
    const { path } = target;
    if (!path.startsWith("\0") && existsSync(path)) refuse(target, "EADDRINUSE");
    server.listen({ path, backlog });
    return;
  }
  const { port, host: name = "0.0.0.0" } = target;
  const ip = name === "localhost" ? "127.0.0.1" : name;
  const handle = isIP(ip) === 0 ? undefined : boundHandle(ip, port, backlog, target);
  if (handle === undefined) server.listen({ host: ip, port, backlog });
  else server.listen(handle as object, backlog);
}

/** What Node's own servers listen by; Deno has the same. */
interface TcpHandle {
  bind(ip: string, port: number): number;
  bind6(ip: string, port: number, flags: number): number;
  listen(backlog: number): number;
  close(): void;
}

interface TcpWrap {
  readonly TCP: new (type: number) => TcpHandle;
  readonly constants: { readonly SERVER: number };
}

function boundHandle(
  ip: string,
  port: number,
  backlog: number,
  target: HostAddress,
): TcpHandle | undefined {
  const wrap = tcpWrap();
  if (wrap === undefined) return undefined;
  const handle = new wrap.TCP(wrap.constants.SERVER);
  const bound = isIP(ip) === 6 ? handle.bind6(ip, port, 0) : handle.bind(ip, port);
  // Only here the system says that the port is taken.
  const code = bound || handle.listen(backlog);
  if (code === 0) return handle;
  handle.close();
  return refuse(target, getSystemErrorName(code));
}

/** Bun binds at once by itself. */
function tcpWrap(): TcpWrap | undefined {
  if (host.runtime === "bun") return undefined;
  try {
    return (process as unknown as { binding(name: string): TcpWrap }).binding("tcp_wrap");
  } catch {
    return undefined;
  }
}

function refuse(target: HostAddress, code: string): never {
  throw new SocketError(`listen on ${showPeer(target)}`, { code, message: "" });
}
