import { types } from "node:util";
import { sleep, spawn, until, withTimeout } from "fibril";
import { detach } from "fibril/monkey";
import { describe, expect, test } from "vitest";
import { thrownBy } from "../harness/virtual.ts";
import { deferred, parkOf, patched, type Steps, serve, yielding } from "./in-fiber.ts";

/** A server that gives a text at `/`, never answers at `/hang`, and never ends its answer at `/slow`. */
function withServer(body: (site: Site) => Steps): () => Promise<void> {
  return patched({ fetch: true }, function* () {
    const gone = deferred<string>();
    const came = deferred<string>();
    const server = yield* until(
      serve((request, response) => {
        const { url = "" } = request;
        response.on("close", () => url !== "/" && gone.done(url));
        came.done(url);
        if (url === "/slow") response.write("first");
        else if (url !== "/hang") response.end(`${request.method} ${url}`);
      }),
    );
    try {
      yield* body({ url: server.url, came: came.promise, gone: gone.promise });
    } finally {
      server.close();
    }
  });
}

interface Site {
  readonly url: string;
  /** The first request. */
  readonly came: Promise<string>;
  /** The first request at another path than `/` whose connection was closed. */
  readonly gone: Promise<string>;
}

describe("fetch in a fiber", () => {
  test(
    "takes yield*, await and until alike, and its promise is a promise",
    withServer(function* ({ url }) {
      const promise = fetch(url);
      expect(types.isPromise(promise)).toBe(true);
      expect(promise).toBeInstanceOf(Promise);
      expect(Object.keys(promise)).toEqual([]);
      const response = yield* yielding(promise);
      expect(yield* yielding(response.text())).toBe("GET /");
      expect(yield* until(fetch(url).then((answer) => answer.text()))).toBe("GET /");
      const [a, b] = yield* until(Promise.all([fetch(url), fetch(url)]));
      expect([a.status, b.status]).toEqual([200, 200]);
      const awaiting = spawn(async () => (await fetch(url)).text());
      expect(yield* awaiting).toBe("GET /");
    }),
  );

  test(
    "takes a string, a URL and a Request, with or without options",
    withServer(function* ({ url }) {
      const request = new Request(url, { method: "PUT" });
      const texts = [
        fetch(new URL(url)),
        fetch(request.clone()),
        fetch(request, { method: "DELETE" }),
        // A request in the place of options: its members are inherited.
        fetch(`${url}other`, request),
      ].map(async (answer) => (await answer).text());
      expect(yield* until(Promise.all(texts))).toEqual([
        "GET /",
        "PUT /",
        "DELETE /",
        "PUT /other",
      ]);
    }),
  );

  test(
    "fails as the original does",
    withServer(function* () {
      expect(yield* thrownBy(yielding(fetch("no-url")))).toBeInstanceOf(TypeError);
      const bad = fetch("http://127.0.0.1", { signal: 5 as never });
      expect(yield* thrownBy(yielding(bad))).toBeInstanceOf(TypeError);
      const blocked = fetch("http://127.0.0.1:1/");
      expect(yield* thrownBy(yielding(blocked))).toBeInstanceOf(TypeError);
    }),
  );

  test(
    "names itself in the fiber's park",
    withServer(function* ({ url }) {
      const fiber = spawn(function* () {
        yield* yielding(fetch(`${url}hang`, { method: "POST" }));
      });
      const other = spawn(function* () {
        yield* until(fetch(new Request(`${url}hang`)));
      });
      yield* sleep();
      expect(parkOf(fiber)).toBe(`fetch POST ${url}hang`);
      expect(parkOf(other)).toBe(`fetch GET ${url}hang`);
      yield* fiber.kill();
      yield* other.kill();
    }),
  );
});

describe("a fiber that is killed", () => {
  test(
    "aborts the request that waits for its answer",
    withServer(function* ({ url, came, gone }) {
      const fiber = spawn(() => fetch(`${url}hang`));
      yield* until(came);
      yield* fiber.kill();
      expect(fiber.status).toBe("killed");
      expect(yield* until(gone)).toBe("/hang");
    }),
  );

  test(
    "aborts the request while its body is read",
    withServer(function* ({ url, gone }) {
      const reading = deferred();
      const fiber = spawn(function* () {
        const response = yield* yielding(fetch(`${url}slow`));
        reading.done();
        yield* yielding(response.text());
      });
      yield* until(reading.promise);
      yield* fiber.kill();
      expect(yield* until(gone)).toBe("/slow");
    }),
  );

  test(
    "aborts the request while a reader or a clone of its body is read",
    withServer(function* ({ url, gone }) {
      const reading = deferred();
      const fiber = spawn(async () => {
        const reader = (await fetch(`${url}slow`)).clone().body?.getReader();
        await reader?.read();
        reading.done();
        await reader?.read();
      });
      yield* until(reading.promise);
      yield* fiber.kill();
      expect(yield* until(gone)).toBe("/slow");
    }),
  );

  test(
    "starts nothing more in an async function that runs on",
    withServer(function* ({ url }) {
      const gate = deferred();
      const trace: string[] = [];
      const fiber = spawn(async () => {
        await gate.promise;
        await fetch(url).catch((error: Error) => trace.push(error.name));
      });
      yield* sleep();
      yield* fiber.kill();
      gate.done();
      yield* sleep(5);
      expect(trace).toEqual(["GreenletExit"]);
    }),
  );

  test(
    "leaves alone what it handed over, the body included",
    withServer(function* ({ url, gone }) {
      const kept = deferred<Response>();
      const fiber = spawn(function* () {
        const promise = detach(fetch(`${url}slow`));
        kept.done(yield* until(promise));
        yield* sleep("1 minute");
      });
      const response = yield* until(kept.promise);
      yield* fiber.kill();
      const reader = response.body?.getReader();
      const first = yield* until(reader?.read() ?? Promise.reject(new Error("no body")));
      expect(new TextDecoder().decode(first.value)).toBe("first");
      yield* until(reader?.cancel() ?? Promise.resolve());
      expect(yield* until(gone)).toBe("/slow");
    }),
  );
});

describe("a timeout", () => {
  test(
    "aborts the request that is waited for",
    withServer(function* ({ url, came, gone }) {
      const fiber = spawn(function* () {
        const promise = fetch(`${url}hang`);
        yield* until(came);
        const body = function* () {
          return yield* yielding(promise);
        };
        return yield* withTimeout(1, body, { value: "late" });
      });
      expect(yield* fiber).toBe("late");
      expect(yield* until(gone)).toBe("/hang");
    }),
  );

  test(
    "of until aborts the promise's request",
    withServer(function* ({ url, came, gone }) {
      const promise = fetch(`${url}hang`);
      yield* until(came);
      expect(yield* withTimeout(1, until(promise), { value: "late" })).toBe("late");
      expect(yield* until(gone)).toBe("/hang");
    }),
  );

  test(
    "of another fiber leaves it to the one that made it",
    withServer(function* ({ url }) {
      const promise = fetch(url);
      const other = spawn(function* () {
        return yield* withTimeout(0, until(promise), { value: "late" });
      });
      yield* other;
      const response = yield* yielding(promise);
      expect(response.status).toBe(200);
      yield* until(response.text());
    }),
  );

  test(
    "leaves the user's own signal as it is",
    withServer(function* ({ url, came, gone }) {
      const controller = new AbortController();
      const { signal } = controller;
      const error = spawn(function* () {
        return yield* thrownBy(yielding(fetch(`${url}hang`, { signal })));
      });
      yield* until(came);
      const reason = new Error("enough");
      controller.abort(reason);
      expect(yield* error).toBe(reason);
      expect(yield* until(gone)).toBe("/hang");
      // `null` means no signal at all, whatever the request has.
      const free = fetch(new Request(url, { signal }), { signal: null });
      expect((yield* yielding(free)).status).toBe(200);
    }),
  );
});

test("outside of fibers it is the host's, and so is its promise", async () => {
  const server = await serve((_request, response) => response.end("plain"));
  const promise = fetch(server.url);
  expect(Reflect.ownKeys(promise).includes(Symbol.iterator)).toBe(false);
  expect(await (await promise).text()).toBe("plain");
  server.close();
});
