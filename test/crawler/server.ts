/** A web site for one test: what each path answers, and what was asked of it. */

import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
} from "node:http";
import type { AddressInfo, Socket } from "node:net";

export interface Reply {
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Uint8Array;
}

/** A text is an HTML page. */
export type Path =
  | string
  | Reply
  | ((request: IncomingMessage, response: ServerResponse) => unknown);

export interface Request {
  readonly path: string;
  readonly time: number;
  readonly headers: IncomingHttpHeaders;
  readonly socket: Socket;
}

export interface TestServer {
  /** Without a slash at its end. */
  readonly origin: string;
  readonly requests: readonly Request[];
  /** The paths asked for, sorted, without /robots.txt. */
  asked(): string[];
  /** Whether the connections on which this path was asked for are closed. */
  hungUp(path: string): boolean;
  close(): Promise<void>;
}

export async function serve(paths: Readonly<Record<string, Path>>): Promise<TestServer> {
  const requests: Request[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    const { headers, socket } = request;
    requests.push({ path, time: performance.now(), headers, socket });
    answer(paths[path], request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    asked: () =>
      requests
        .map(({ path }) => path)
        .filter((path) => path !== "/robots.txt")
        .sort(),
    hungUp: (path) =>
      requests.filter((request) => request.path === path).every(({ socket }) => socket.destroyed),
    close,
  };
}

function answer(path: Path | undefined, request: IncomingMessage, response: ServerResponse): void {
  if (typeof path === "function") {
    path(request, response);
    return;
  }
  const html = { "content-type": "text/html; charset=utf-8" };
  const reply: Reply | undefined = typeof path === "string" ? { body: path } : path;
  const { status = 200, headers = html, body = "" } = reply ?? { status: 404, body: "Not here" };
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
}

export function redirect(to: string, status = 302): Reply {
  return { status, headers: { location: to } };
}

/** HTML with these links. */
export function linksTo(...targets: readonly string[]): string {
  return targets.map((target) => `<a href="${target}">.</a>`).join("\n");
}

/** An address where nobody listens. */
export async function closedOrigin(): Promise<string> {
  const server = await serve({});
  await server.close();
  return server.origin;
}
