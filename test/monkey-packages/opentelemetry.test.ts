import fs from "node:fs";
import fsPromises from "node:fs/promises";
import http from "node:http";
import net from "node:net";
import timersPromises from "node:timers/promises";
import { sleep, spawn, until } from "fibril";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from "vitest";
import { fiberTest, inFibers, numbers, type Steps, unpatched } from "./fibers.ts";
import { openSite, type Site } from "./site.ts";

const { context, SpanStatusCode, trace } = await import("@opentelemetry/api");
const { AsyncLocalStorageContextManager } = await import("@opentelemetry/context-async-hooks");
const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = await import(
  "@opentelemetry/sdk-trace-base"
);

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracer = provider.getTracer("test");
const here = new URL(import.meta.url);
let site: Site;

beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
});
afterAll(async () => {
  context.disable();
  await provider.shutdown();
});
beforeEach(async () => {
  exporter.reset();
  site = await openSite();
});
afterEach(() => site.close());

/** Calls `run` within a span of its own. */
function inSpan<A>(name: string, run: () => A): A {
  return tracer.startActiveSpan(name, (span) => {
    const result = run();
    const end = () => span.end();
    Promise.resolve(result).then(end, end);
    return result;
  });
}

/** Spans below `name`'s, each from another kind of patched call. */
async function work(name: string): Promise<void> {
  await inSpan(name, async () => {
    await Promise.all([
      inSpan(`${name}/fetch`, async () => (await fetch(`${site.url}/bytes/5000`)).text()),
      inSpan(`${name}/file`, async () => {
        await fsPromises.stat(here);
        inSpan(`${name}/file/after`, () => {});
      }),
    ]);
    await timersPromises.setTimeout(1);
    await new Promise<void>((done) => setTimeout(() => inSpan(`${name}/timer`, done), 1));
    await new Promise<void>((done) => fs.stat(here, () => inSpan(`${name}/callback`, done)));
    await new Promise<void>((done) => {
      const { port } = new URL(site.url);
      const socket = net.connect(Number(port), "127.0.0.1");
      socket.on("connect", () => socket.end("GET /status/200 HTTP/1.0\r\n\r\n"));
      socket.on("data", () => inSpan(`${name}/data`, () => {}));
      socket.on("close", () => done());
    });
    await new Promise<void>((done) => {
      const agent = new http.Agent();
      http.get(`${site.url}/status/200`, { agent }, (response) => {
        response.resume().on("end", () => inSpan(`${name}/response`, done));
      });
    });
  });
}

/** Each span that has ended below its parent's name. */
function tree(): [parent: string | undefined, name: string][] {
  const spans = exporter.getFinishedSpans();
  const names = new Map(spans.map((span) => [span.spanContext().spanId, span.name]));
  return spans
    .map((span): [string | undefined, string] => [
      names.get(span.parentSpanContext?.spanId ?? ""),
      span.name,
    ])
    .sort();
}

const expectedTree = (names: readonly string[]): [string | undefined, string][] =>
  names
    .flatMap((name): [string | undefined, string][] => [
      [undefined, name],
      ...["fetch", "file", "timer", "callback", "data", "response"].map(
        (part): [string, string] => [name, `${name}/${part}`],
      ),
      [`${name}/file`, `${name}/file/after`],
    ])
    .sort();

describe("OpenTelemetry", () => {
  fiberTest("has the tree of spans in fibers, at once and with none mixed", function* () {
    const names = numbers(20).map((n) => `span-${n}`);
    const generator = function* (n: number): Steps<void> {
      yield* until(work(`span-${n}`));
      expect(trace.getActiveSpan()).toBe(undefined);
    };
    yield* inFibers<void>(20, generator, (n) => work(`span-${n}`));
    expect(tree()).toEqual(expectedTree(names));
    yield* until(site.finish());
  });

  fiberTest("keeps the span that a fiber was spawned in, through its own waits", function* () {
    const names = yield* until(
      Promise.all(
        ["a", "b"].map((name) =>
          inSpan(name, () =>
            spawn(function* (): Steps<unknown> {
              const seen: unknown[] = [];
              for (let round = 0; round < 3; round++) {
                yield* sleep(1);
                yield* until(fetch(`${site.url}/bytes/10`).then((answer) => answer.text()));
                seen.push((trace.getActiveSpan() as unknown as { name: string }).name);
              }
              return seen.join();
            }),
          ),
        ),
      ),
    );
    expect(names).toEqual(["a,a,a", "b,b,b"]);
    yield* until(site.finish());
  });

  fiberTest("a span that its fiber ends when it is killed tells so", function* () {
    const fiber = spawn(() =>
      tracer.startActiveSpan("killed", function* (span) {
        try {
          yield* until(fetch(`${site.url}/hang`));
        } finally {
          span.setStatus({ code: SpanStatusCode.ERROR, message: "killed" }).end();
        }
      }),
    );
    yield* until(site.underWay(1));
    yield* fiber.kill();
    const [span] = exporter.getFinishedSpans();
    expect([span?.name, span?.status.message]).toEqual(["killed", "killed"]);
    yield* until(site.finish());
  });

  fiberTest(
    "wrappers of http and fetch as its instrumentations make them see each call once",
    function* () {
      const seen: string[] = [];
      const { get } = http;
      const { fetch: before } = globalThis;
      // Around ours, as of an instrumentation that is registered later.
      http.get = ((...args: Parameters<typeof get>) => {
        seen.push("http.get");
        return get(...args);
      }) as typeof get;
      globalThis.fetch = (...args) => {
        seen.push("fetch");
        return before(...args);
      };
      try {
        yield* spawn(async () => {
          await work("wrapped");
        });
        const hanging = spawn(async () => {
          await fetch(`${site.url}/hang`);
        });
        yield* until(site.underWay(1));
        yield* hanging.kill();
        yield* until(site.underWay(0));
      } finally {
        http.get = get;
        globalThis.fetch = before;
      }
      expect(seen).toEqual(["fetch", "http.get", "fetch"]);
      expect(tree()).toEqual(expectedTree(["wrapped"]));
      yield* until(site.finish());
    },
  );

  fiberTest("gives the same tree unpatched", function* () {
    yield* until(unpatched(() => work("plain")));
    const parts = tree();
    const lost = "Deno" in globalThis ? ["plain/data"] : [];
    const expected = expectedTree(["plain"]).map(([parent, name]) =>
      lost.includes(name) ? [undefined, name] : [parent, name],
    );
    expect(parts).toEqual(expected.sort());
    yield* until(site.finish());
  });
});
