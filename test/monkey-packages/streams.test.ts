import { createHash } from "node:crypto";
import { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { killAll, spawn, until } from "fibril";
import { afterEach, beforeEach, describe, expect } from "vitest";
import { fiberTest, inFibers, numbers, type Steps, unpatched } from "./fibers.ts";
import { openSite, type Site } from "./site.ts";

const { default: axios } = await import("axios");
const { default: got } = await import("got");
const { default: ky } = await import("ky");
const { default: nodeFetch } = await import("node-fetch");

let site: Site;
beforeEach(async () => {
  site = await openSite();
});
afterEach(() => site.close());

/** An answer as a stream, as each package gives one. */
const streams: Readonly<Record<string, (url: string) => Promise<NodeJS.ReadableStream>>> = {
  got: async (url) => got.stream(url, { retry: { limit: 0 } }),
  axios: async (url) => (await axios.get(url, { responseType: "stream" })).data,
  "node-fetch": async (url) => (await nodeFetch(url)).body as NodeJS.ReadableStream,
  ky: async (url) => Readable.fromWeb((await ky(url, { retry: 0 })).body as never),
  fetch: async (url) => Readable.fromWeb((await fetch(url)).body as never),
};

describe.each(Object.entries(streams))("a stream of %s", (_name, open) => {
  /** By a loop over its parts, and through a pipeline. */
  async function looped(url: string): Promise<string> {
    const digest = createHash("sha256");
    for await (const part of await open(url)) digest.update(part as Buffer);
    return digest.digest("hex");
  }

  async function piped(url: string): Promise<string> {
    const digest = createHash("sha256");
    await pipeline(await open(url), new PassThrough(), digest);
    return digest.digest("hex");
  }

  fiberTest("gives fibers what it gives unpatched", function* () {
    const url = (n: number) => `${site.url}/bytes/${n * 5003}`;
    const plain = yield* until(
      unpatched(() => Promise.all(numbers(20).map((n) => looped(url(n))))),
    );
    const generator = function* (n: number): Steps<string> {
      return (yield* until(piped(url(n)))) as string;
    };
    expect(yield* inFibers(20, generator, (n) => looped(url(n)))).toEqual(plain);
    yield* until(site.finish());
  });

  fiberTest("ends with the fiber that reads it", function* () {
    const url = `${site.url}/stall`;
    const fibers = [
      spawn(() => until(piped(url))),
      spawn(async () => await looped(url)),
      spawn(async () => await Promise.all([piped(url), looped(url)])),
      spawn(function* () {
        yield* until(looped(url));
      }),
    ];
    yield* until(site.underWay(5));
    yield* killAll(fibers);
    yield* until(site.finish());
  });
});
