/** An HTTP server to try clients with, which knows what is under way. */

import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import net, { type AddressInfo, type Server } from "node:net";

export interface Site {
  readonly url: string;
  /** A port at which every connection is taken and nothing is ever said. */
  readonly mutePort: number;
  /** Resolves once so many requests for what never ends are under way. */
  underWay(count: number): Promise<void>;
  /** Resolves once so many connections to the mute port are open. */
  connecting(count: number): Promise<void>;
  /** Takes nobody in any more, and resolves when all have gone by themselves but who only keeps a connection. */
  finish(): Promise<void>;
  /** Sends everybody away. */
  close(): void;
}

export async function openSite(): Promise<Site> {
  const state = new Counters();
  const idle = new Set<net.Socket>();
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const { socket } = request;
    idle.delete(socket);
    response.once("close", () => idle.add(socket));
    void answer(request, response, state);
  });
  server.on("connection", (socket) => {
    idle.add(socket);
    state.hold("connections", socket);
  });
  const mute = net.createServer((socket) => {
    socket.on("error", () => {}).resume();
    state.hold("connecting", socket);
  });
  const port = await listening(server);
  const mutePort = await listening(mute);
  return {
    url: `http://127.0.0.1:${port}`,
    mutePort,
    underWay: (count) => state.when("underWay", count),
    connecting: (count) => state.when("connecting", count),
    async finish() {
      server.close();
      mute.close();
      await state.when("underWay", 0);
      await state.when("connecting", 0);
      const closeIdle = () => {
        for (const socket of idle) socket.destroy();
      };
      const timer = setInterval(closeIdle, 5);
      await state.when("connections", 0);
      clearInterval(timer);
    },
    close() {
      server.close();
      server.closeAllConnections();
      mute.close();
    },
  };
}

type Counter = "connections" | "underWay" | "connecting";

/** What is open, and who waits for it to be so many. */
class Counters {
  readonly #counts: Record<Counter, number> = { connections: 0, underWay: 0, connecting: 0 };
  readonly #waiters = new Set<() => void>();

  hold(counter: Counter, thing: { once(event: "close", listener: () => void): unknown }): void {
    this.#add(counter, 1);
    thing.once("close", () => this.#add(counter, -1));
  }

  when(counter: Counter, count: number): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.#counts[counter] !== count) return;
        this.#waiters.delete(look);
        resolve();
      };
      this.#waiters.add(look);
      look();
    });
  }

  #add(counter: Counter, change: number): void {
    this.#counts[counter] += change;
    for (const look of [...this.#waiters]) look();
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, state: Counters) {
  const [, route = "", argument = ""] = (request.url ?? "").split("/");
  switch (route) {
    // Never answers.
    case "hang":
      return state.hold("underWay", response);
    // Never ends its answer.
    case "stall":
      state.hold("underWay", response);
      return response.writeHead(200, { "content-length": "1000" }).write("the first part");
    case "echo": {
      const digest = createHash("sha256");
      for await (const chunk of request) digest.update(chunk);
      return response.end(`${request.method} ${request.headers["x-id"]} ${digest.digest("hex")}`);
    }
    case "bytes":
      return sendBytes(response, Number(argument));
    case "status":
      return response.writeHead(Number(argument)).end(`status ${argument}`);
    case "redirect": {
      const location = argument === "0" ? "/bytes/10" : `/redirect/${Number(argument) - 1}`;
      return response.writeHead(302, { location }).end();
    }
    case "reset":
      return request.socket.destroy();
    // Ends its answer too early.
    case "cut":
      response.writeHead(200, { "content-length": "1000" });
      return response.write("the first part", () => request.socket.destroy());
    default:
      return response.writeHead(404).end();
  }
}

/** In parts, with turns of the loop between them. */
function sendBytes(response: ServerResponse, count: number): void {
  const part = Buffer.from(Array.from({ length: 1000 }, (_, n) => n % 251));
  let left = count;
  const send = () => {
    if (left <= 0) return response.end();
    response.write(part.subarray(0, left));
    left -= part.length;
    setImmediate(send);
  };
  send();
}

export function listening(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve((server.address() as AddressInfo).port));
  });
}

/** A port of this machine at which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = net.createServer();
  const port = await listening(server);
  await new Promise((done) => server.close(done));
  // The host counts it as open for one turn more.
  await new Promise((done) => setImmediate(done));
  return port;
}
