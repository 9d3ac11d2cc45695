import { describe } from "vitest";
import { behavesInFibers } from "./http-client.ts";

const { Agent, fetch, request } = await import("undici");

const peculiar = { needsSignal: true, keepsConnecting: true };

describe("undici.request", () => {
  behavesInFibers(() => {
    const dispatcher = new Agent();
    const ask = async (url: string, asking: object = {}) => {
      const { statusCode, body } = await request(url, { ...asking, dispatcher });
      return { status: statusCode, body: new Uint8Array(await body.arrayBuffer()) };
    };
    return {
      ask,
      close: () => dispatcher.destroy(),
    };
  }, peculiar);
});

describe("undici.fetch", () => {
  behavesInFibers(
    () => {
      const dispatcher = new Agent({ connections: 30 });
      const ask = async (url: string, asking: object = {}) => {
        const response = await fetch(url, { ...asking, dispatcher });
        return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
      };
      return {
        ask,
        close: () => dispatcher.destroy(),
      };
    },
    { ...peculiar, missesCuts: "Deno" in globalThis },
  );
});
