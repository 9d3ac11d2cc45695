import * as Effect from "effect/Effect";
import { forEach, getCurrent, joinAll, sleep, spawn, until, type Yieldable } from "fibril";
import { Pool } from "fibril/pool";
import { connect, type HttpHandler, HttpServer, listen, type Socket } from "fibril/server";
import { Event } from "fibril/sync";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ErrorLines, takeErrors } from "../harness/console.ts";
import { thrownBy } from "../harness/virtual.ts";
import { certificate } from "./certificate.ts";
import { cutOff, inFiber, LOOPBACK, recvAll, roundTrip } from "./in-fiber.ts";

let errors: ErrorLines;
beforeEach(() => {
  errors = takeErrors();
});
afterEach(() => errors.release());

type Options = ConstructorParameters<typeof HttpServer>[2];

/** A test with a server that answers by `handle`. */
function serving(
  handle: HttpHandler,
  body: (server: HttpServer, url: string) => Generator<Yieldable<unknown>, void, unknown>,
  options?: Options,
): () => Promise<void> {
  return inFiber(function* () {
    const server = new HttpServer(LOOPBACK, handle, options);
    yield* server.start();
    try {
      yield* body(server, `http://127.0.0.1:${server.port}`);
    } finally {
      yield* server.stop({ timeout: 0 });
    }
  });
}

/** Sends a request as it is written here, with the line ends of HTTP. */
function* request(server: HttpServer, ...lines: string[]) {
  const socket = yield* connect(server.address);
  yield* socket.sendAll(lines.join("\r\n"));
  return socket;
}

/** The answer's first line, its headers and its body, from a connection that is closed after it. */
function* answerOf(socket: Socket) {
  const whole = yield* recvAll(socket);
  yield* socket.close();
  const [head = "", ...body] = whole.split("\r\n\r\n");
  const [status, ...headers] = head.split("\r\n");
  return {
    status,
    headers: headers.map((line) => line.toLowerCase()),
    body: body.join("\r\n\r\n"),
  };
}

const get = (url: string, init?: RequestInit) => until(fetch(url, init));
const textOf = (response: Response) => until(response.text());

test(
  "a request arrives and a response leaves as the Web knows them",
  serving(
    (request, address) => {
      expect(request).toBeInstanceOf(Request);
      expect([address.host, address.port > 0]).toEqual(["127.0.0.1", true]);
      const { pathname, searchParams } = new URL(request.url);
      const headers = new Headers({ "x-kind": request.headers.get("x-kind") ?? "" });
      headers.append("set-cookie", "a=1");
      headers.append("set-cookie", "b=2");
      const answer = `${request.method} ${pathname} ${searchParams.get("q")}`;
      return new Response(answer, { status: 201, statusText: "Made", headers });
    },
    function* (server, url) {
      const socket = yield* request(
        server,
        "GET / HTTP/1.1",
        "host: x",
        "connection: close",
        "",
        "",
      );
      expect((yield* answerOf(socket)).status).toBe("HTTP/1.1 201 Made");
      const response = yield* get(`${url}/a/b?q=1%202`, { headers: { "x-kind": "test" } });
      expect(response.status).toBe(201);
      expect(response.headers.get("x-kind")).toBe("test");
      expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
      expect(response.headers.get("content-length")).toBe("12");
      expect(yield* textOf(response)).toBe("GET /a/b 1 2");
    },
  ),
);

test("a handler is any body", async () => {
  const handlers: HttpHandler[] = [
    () => new Response("hello"),
    async () => {
      await sleep(1);
      return new Response("hello");
    },
    function* () {
      yield* sleep(1);
      return new Response("hello");
    },
    () => Effect.succeed(new Response("hello")).pipe(Effect.delay("1 millis")),
    () => spawn(() => new Response("hello")),
  ];
  for (const handle of handlers) {
    await serving(handle, function* (_, url) {
      expect(yield* textOf(yield* get(url))).toBe("hello");
    })();
  }
  expect(errors.lines).toEqual([]);
});

test(
  "a request's body can be read in each way",
  serving(
    function* (request) {
      const { pathname } = new URL(request.url);
      if (pathname === "/json") return Response.json(yield* until(request.json()));
      if (pathname === "/form") {
        const form = yield* until(request.formData());
        return new Response(String(form.get("name")));
      }
      if (pathname === "/echo") return new Response(request.body);
      return new Response(`${request.body === null} ${yield* until(request.text())}`);
    },
    function* (_, url) {
      const post = (path: string, body?: RequestInit["body"]) =>
        get(url + path, { method: "POST", ...(body && { body }) });
      const json = yield* post("/json", JSON.stringify({ a: [1, "é"] }));
      expect(yield* until(json.json())).toEqual({ a: [1, "é"] });
      expect(yield* textOf(yield* post("/form", new URLSearchParams({ name: "Ann" })))).toBe("Ann");
      expect(yield* textOf(yield* post("/text", "words"))).toBe("false words");
      expect(yield* textOf(yield* post("/none"))).toBe("true ");
      const large = "0123456789".repeat(100_000);
      expect(yield* textOf(yield* post("/echo", large))).toBe(large);
    },
  ),
);

test(
  "HEAD, no body and statuses without one",
  serving(
    (request) => {
      const { pathname } = new URL(request.url);
      if (pathname === "/none") return new Response(null);
      if (pathname === "/empty") return new Response("");
      if (pathname === "/204") return new Response(null, { status: 204 });
      return new Response("body", { headers: { "content-length": "4" } });
    },
    function* (server) {
      const ask = (method: string, path: string) =>
        request(server, `${method} ${path} HTTP/1.1`, "host: x", "connection: close", "", "");
      const head = yield* answerOf(yield* ask("HEAD", "/"));
      expect([head.status, head.body]).toEqual(["HTTP/1.1 200 OK", ""]);
      expect(head.headers).toContain("content-length: 4");
      for (const path of ["/none", "/empty"]) {
        const { headers, body } = yield* answerOf(yield* ask("GET", path));
        expect([body, headers.includes("content-length: 0")]).toEqual(["", true]);
      }
      const { status, headers } = yield* answerOf(yield* ask("GET", "/204"));
      expect(status).toBe("HTTP/1.1 204 No Content");
      expect(headers.filter((line) => /^(content-length|transfer)/.test(line))).toEqual([]);
    },
  ),
);

test(
  "one connection serves one request after the other, also those sent ahead",
  serving(
    function* (request) {
      const { pathname } = new URL(request.url);
      yield* sleep(pathname === "/1" ? 20 : 1);
      return new Response(`answer ${pathname}\n`);
    },
    function* (server) {
      const ask = (path: string) => [`GET ${path} HTTP/1.1`, "host: x", "", ""].join("\r\n");
      const socket = yield* request(server, ask("/1") + ask("/2"));
      const bodies: string[] = [];
      const readBody = function* () {
        for (;;) {
          const line = yield* socket.readLine();
          if (line.startsWith("answer")) return bodies.push(line.trim());
        }
      };
      yield* readBody();
      yield* readBody();
      yield* socket.sendAll(ask("/3"));
      yield* readBody();
      expect(bodies).toEqual(["answer /1", "answer /2", "answer /3"]);
      yield* socket.close();
    },
  ),
);

test(
  "a client that expects 100-continue gets it",
  serving(
    function* (request) {
      return new Response(yield* until(request.text()));
    },
    function* (server) {
      const head = ["POST / HTTP/1.1", "host: x", "expect: 100-continue", "content-length: 5"];
      const socket = yield* request(server, ...head, "connection: close", "", "");
      expect(yield* socket.readLine()).toBe("HTTP/1.1 100 Continue\r\n");
      yield* socket.readLine();
      yield* socket.sendAll("later");
      expect((yield* answerOf(socket)).body).toBe("later");
    },
  ),
);

test(
  "a streamed body goes out piece by piece, its head first",
  inFiber(function* () {
    const [begin, go] = [new Event(), new Event()];
    const encoder = new TextEncoder();
    const body = () =>
      new ReadableStream({
        async pull(controller) {
          if (!begin.isSet()) await begin.wait();
          controller.enqueue(encoder.encode("one\n"));
          await go.wait();
          controller.enqueue(encoder.encode("two\n"));
          controller.close();
        },
      });
    const server = new HttpServer(LOOPBACK, () => new Response(body()));
    yield* server.start();
    const socket = yield* request(server, "GET / HTTP/1.1", "host: x", "connection: close", "", "");
    expect(yield* socket.readLine()).toBe("HTTP/1.1 200 OK\r\n");
    let line = yield* socket.readLine();
    while (line !== "\r\n") line = yield* socket.readLine();
    begin.set();
    yield* socket.readLine();
    expect(yield* socket.readLine()).toBe("one\n");
    go.set();
    expect(yield* recvAll(socket)).toBe("\r\n4\r\ntwo\n\r\n0\r\n\r\n");
    yield* socket.close();
    yield* server.stop();
  }),
);

test(
  "a client that does not read makes the body wait, and nobody else",
  inFiber(function* () {
    let pulled = 0;
    const chunk = new Uint8Array(256 * 1024);
    const endless = () =>
      new ReadableStream({
        pull(controller) {
          pulled++;
          controller.enqueue(chunk);
        },
      });
    const server = new HttpServer(LOOPBACK, (request) =>
      request.url.endsWith("/endless") ? new Response(endless()) : new Response("quick"),
    );
    yield* server.start();
    const slow = yield* request(server, "GET /endless HTTP/1.1", "host: x", "", "");
    let before = -1;
    while (pulled !== before) {
      before = pulled;
      yield* sleep(50);
    }
    expect(pulled).toBeLessThan(200);
    expect(yield* textOf(yield* get(`http://127.0.0.1:${server.port}/`))).toBe("quick");
    for (let got = 0; got < 32 * 1024 * 1024; ) got += (yield* slow.recv(1024 * 1024)).length;
    expect(pulled).toBeGreaterThan(before);
    yield* slow.close();
    yield* server.stop();
  }),
);

test(
  "an upload that is not read makes its sender wait",
  inFiber(function* () {
    const [begun, go] = [new Event(), new Event()];
    const size = 32 * 1024 * 1024;
    const server = new HttpServer(LOOPBACK, function* (request) {
      begun.set();
      yield* go.wait();
      let got = 0;
      yield* forEach(request.body ?? [], (chunk) => {
        got += chunk.length;
      });
      return new Response(String(got));
    });
    yield* server.start();
    const head = ["POST / HTTP/1.1", "host: x", `content-length: ${size}`, "connection: close"];
    const socket = yield* request(server, ...head, "", "");
    const upload = spawn(() => socket.sendAll(new Uint8Array(size)));
    yield* begun.wait();
    yield* sleep(50);
    expect(upload.dead).toBe(false);
    go.set();
    expect((yield* answerOf(socket)).body).toBe(String(size));
    yield* upload;
    yield* server.stop();
  }),
);

test("a handler that fails, or gives no Response, is answered by 500 and reported; others go on", async () => {
  const failing: [HttpHandler, RegExp][] = [
    [
      () => {
        throw new Error("as asked");
      },
      /^HttpServer 127\.0\.0\.1:0: the handler of GET \/x failed: Error: as asked/,
    ],
    [
      function* () {
        yield* sleep(1);
        throw new Error("later");
      },
      /Error: later/,
    ],
    [async () => Promise.reject(new Error("async")), /Error: async/],
    [() => Effect.fail("typed") as never, /failed: typed/],
    [() => "text" as never, /TypeError: Cannot answer with "text": return a Response/],
    [() => undefined as never, /Cannot answer with undefined: return a Response/],
    [() => Response.error(), /Cannot answer with a Response of type error/],
    [
      () => {
        const response = new Response("once");
        response.body?.getReader();
        return response;
      },
      /TypeError/,
    ],
  ];
  for (const [handle, report] of failing) {
    const handleOr: HttpHandler = (request, address) =>
      request.url.endsWith("/x") ? handle(request, address) : new Response("fine");
    await serving(handleOr, function* (_, url) {
      const response = yield* get(`${url}/x`);
      expect([response.status, yield* textOf(response)]).toEqual([500, "Internal Server Error\n"]);
      expect(yield* textOf(yield* get(url))).toBe("fine");
    })();
    expect(errors.lines.at(-1)).toMatch(report);
  }
  expect(errors.lines).toHaveLength(failing.length);
});

test(
  "a body that fails once it has begun cuts the connection off, and is reported",
  serving(
    () => {
      let count = 0;
      const body = new ReadableStream({
        async pull(controller) {
          await sleep(1);
          if (count++ === 2) throw new Error("broke off");
          controller.enqueue(new TextEncoder().encode("some"));
        },
      });
      return new Response(body);
    },
    function* (server) {
      const socket = yield* request(server, "GET / HTTP/1.1", "host: x", "", "");
      const answer = yield* cutOff(socket);
      expect(answer).toContain("some");
      expect(answer).not.toContain("\r\n0\r\n");
      expect(errors.lines).toHaveLength(1);
      expect(errors.lines[0]).toContain("broke off");
    },
  ),
);

test("a client that goes away kills the handler: its finally runs, its signal aborts", async () => {
  const trace: string[] = [];
  const over = new Event();
  const tell = (request: Request) =>
    request.signal.addEventListener("abort", () => {
      trace.push(`aborted: ${request.signal.reason.message}`);
    });
  const handlers: Record<string, HttpHandler> = {
    *generator(request) {
      tell(request);
      try {
        trace.push("begin");
        yield* sleep("1 minute");
      } finally {
        trace.push("finally");
        over.set();
      }
      return new Response("never");
    },
    async async(request) {
      tell(request);
      trace.push("begin");
      try {
        await sleep("1 minute");
      } catch (error) {
        trace.push((error as Error).name);
        over.set();
      }
      return new Response("never");
    },
  };
  for (const [name, handle] of Object.entries(handlers)) {
    trace.length = 0;
    over.clear();
    await serving(handle, function* (server) {
      const socket = yield* request(server, "GET / HTTP/1.1", "host: x", "", "");
      while (trace.length === 0) yield* sleep(1);
      yield* sleep(5);
      socket.abort();
      yield* over.wait();
      yield* sleep(1);
      const last = name === "async" ? "GreenletExit" : "finally";
      expect(trace).toEqual(["begin", "aborted: The client has gone", last]);
    })();
  }
  expect(errors.lines).toEqual([]);
});

test(
  "a client that goes away while its answer streams cancels the stream",
  inFiber(function* () {
    const cancelled = new Event();
    const server = new HttpServer(LOOPBACK, () => {
      const body = new ReadableStream({
        async pull(controller) {
          await sleep(1);
          controller.enqueue(new Uint8Array(10));
        },
        cancel() {
          cancelled.set();
        },
      });
      return new Response(body);
    });
    yield* server.start();
    const socket = yield* request(server, "GET / HTTP/1.1", "host: x", "", "");
    yield* socket.recv(1000);
    socket.abort();
    yield* cancelled.wait();
    yield* server.stop();
    expect(errors.lines).toEqual([]);
  }),
);

test(
  "a request that is answered is not aborted",
  inFiber(function* () {
    const signals: AbortSignal[] = [];
    const server = new HttpServer(LOOPBACK, ({ signal }) => {
      signals.push(signal);
      return new Response("fine");
    });
    yield* server.start();
    const socket = yield* request(server, "GET / HTTP/1.1", "host: x", "connection: close", "", "");
    expect((yield* answerOf(socket)).body).toBe("fine");
    yield* server.stop();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  }),
);

test.each([
  ["a size", () => 2],
  ["a Pool", () => new Pool(2)],
])("the pool bounds how many requests are worked on at once: %s", (_, make) => {
  let [running, most] = [0, 0];
  const handle: HttpHandler = function* () {
    most = Math.max(most, ++running);
    yield* sleep(2);
    running--;
    return new Response("done");
  };
  return serving(
    handle,
    function* (_, url) {
      const asks = Array.from({ length: 20 }, () => spawn(() => get(url)));
      const responses = yield* joinAll(asks);
      for (const response of responses) expect(yield* textOf(response)).toBe("done");
      expect(most).toBe(2);
    },
    { spawn: make() },
  )();
});

test(
  "a request whose client went away while it waited for the pool is never begun",
  inFiber(function* () {
    const begun: string[] = [];
    const go = new Event();
    const server = new HttpServer(
      LOOPBACK,
      function* (request) {
        begun.push(new URL(request.url).pathname);
        yield* go.wait();
        return new Response("done");
      },
      { spawn: 1 },
    );
    yield* server.start();
    const ask = (path: string) =>
      request(server, `GET ${path} HTTP/1.1`, "host: x", "connection: close", "", "");
    const first = yield* ask("/first");
    while (begun.length === 0) yield* sleep(1);
    const second = yield* ask("/second");
    yield* roundTrip();
    const third = yield* ask("/third");
    yield* roundTrip();
    second.abort();
    yield* roundTrip();
    go.set();
    expect((yield* answerOf(first)).body).toBe("done");
    expect((yield* answerOf(third)).body).toBe("done");
    expect(begun).toEqual(["/first", "/third"]);
    yield* server.stop();
  }),
);

test(
  "stop lets requests end, closes connections that are kept alive, and kills what takes too long",
  inFiber(function* () {
    const trace: string[] = [];
    const go = new Event();
    let begun = 0;
    const handle: HttpHandler = function* (request) {
      const { pathname } = new URL(request.url);
      begun++;
      try {
        if (pathname === "/slow") yield* sleep("1 minute");
        if (pathname === "/quick") yield* go.wait();
        return new Response(pathname);
      } finally {
        trace.push(`over ${pathname}`);
      }
    };
    const server = new HttpServer(LOOPBACK, handle);
    yield* server.start();
    const idle = yield* request(server, "GET /idle HTTP/1.1", "host: x", "", "");
    while (trace.length === 0) yield* sleep(1);
    const quick = yield* request(server, "GET /quick HTTP/1.1", "host: x", "", "");
    const slow = yield* request(server, "GET /slow HTTP/1.1", "host: x", "", "");
    while (begun < 3) yield* sleep(1);
    const stopping = spawn(() => server.stop({ timeout: 1000 }));
    yield* sleep(1);
    expect(yield* thrownBy(connect(server.address))).toMatchObject({ code: "ECONNREFUSED" });
    go.set();
    expect(yield* cutOff(quick)).toContain("/quick");
    expect(stopping.dead).toBe(false);
    expect(yield* cutOff(slow)).toBe("");
    yield* cutOff(idle);
    yield* stopping;
    expect(trace).toEqual(["over /idle", "over /quick", "over /slow"]);
    expect(errors.lines).toEqual([]);
  }),
);

test(
  "a path with two slashes stays on this host, and a proxy is given the whole URL",
  serving(
    (request) => new Response(request.url),
    function* (server) {
      const ask = function* (target: string, host = "here:1") {
        const line = `GET ${target} HTTP/1.1`;
        const socket = yield* request(server, line, `host: ${host}`, "connection: close", "", "");
        return (yield* answerOf(socket)).body;
      };
      expect(yield* ask("//evil/path")).toBe("http://here:1//evil/path");
      expect(yield* ask("http://far.example/path?q")).toBe("http://far.example/path?q");
      for (const host of ["not a host", "here/admin?", "user@here", ""]) {
        expect(yield* ask("/", host), host).toBe("Bad Request\n");
      }
      const old = yield* request(server, "GET /old HTTP/1.0", "", "");
      expect((yield* answerOf(old)).body).toBe(`http://127.0.0.1:${server.port}/old`);
      expect(errors.lines).toEqual([]);
    },
  ),
);

test(
  "HTTPS is HTTP over TLS, and the handler sees it in the URL",
  inFiber(function* () {
    const server = new HttpServer(LOOPBACK, ({ url }) => new Response(url), { tls: certificate });
    yield* server.start();
    const socket = yield* connect(server.address, { tls: { ca: certificate.cert } });
    yield* socket.sendAll("GET /safe HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    expect((yield* answerOf(socket)).body).toBe("https://localhost/safe");
    yield* server.stop();
  }),
);

test(
  "a Listener may be given, also one with TLS",
  inFiber(function* () {
    for (const tls of [undefined, certificate]) {
      const listener = yield* listen(LOOPBACK, { tls });
      const server = new HttpServer(listener, ({ url }) => new Response(url));
      yield* server.start();
      const socket = yield* connect(server.address, { tls: tls && { ca: tls.cert } });
      yield* socket.sendAll("GET /kept HTTP/1.1\r\nhost: localhost\r\n\r\n");
      const scheme = tls === undefined ? "http" : "https";
      while (!socket.readable) yield* sleep(1);
      yield* server.stop();
      expect((yield* answerOf(socket)).body).toBe(`${scheme}://localhost/kept`);
      expect(listener.closed).toBe(true);
    }
    const listener = yield* listen(LOOPBACK);
    const make = () => new HttpServer(listener, () => new Response(""), { tls: certificate });
    expect(make).toThrow("pass `tls` to listen instead");
    yield* listener.close();
  }),
);

test(
  "the fiber of a request has its name, and what it spawned lives on",
  serving(
    () => new Response(getCurrent()?.name),
    function* (_, url) {
      const response = yield* get(`${url}/path?q=1`, { method: "DELETE" });
      expect(yield* textOf(response)).toBe("DELETE /path?q=1");
    },
  ),
);

test(
  "200 requests at once are answered",
  serving(
    function* (request) {
      yield* sleep(5);
      return new Response(new URL(request.url).pathname);
    },
    function* (_, url) {
      const paths = Array.from({ length: 200 }, (_, n) => `/${n}`);
      const asks = paths.map((path) =>
        spawn(function* () {
          return yield* textOf(yield* get(url + path));
        }),
      );
      expect(yield* joinAll(asks)).toEqual(paths);
    },
  ),
);
