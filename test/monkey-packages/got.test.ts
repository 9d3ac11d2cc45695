import http from "node:http";
import https from "node:https";
import { behavesInFibers } from "./http-client.ts";

const { default: got } = await import("got");

behavesInFibers(() => {
  const agent = {
    http: new http.Agent({ keepAlive: true }),
    https: new https.Agent({ keepAlive: true, rejectUnauthorized: false }),
  };
  const client = got.extend({
    agent,
    responseType: "buffer",
    retry: { limit: 0 },
    https: { rejectUnauthorized: false },
  });
  return {
    async ask(url, asking = {}) {
      const { statusCode, body } = await client(url, asking);
      return { status: statusCode, body };
    },
    close() {
      agent.http.destroy();
      agent.https.destroy();
    },
  };
});
