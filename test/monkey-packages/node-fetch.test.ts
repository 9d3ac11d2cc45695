import http from "node:http";
import https from "node:https";
import { behavesInFibers } from "./http-client.ts";

const { default: fetch } = await import("node-fetch");

behavesInFibers(() => {
  const agent = new http.Agent({ keepAlive: true });
  const secure = new https.Agent({ keepAlive: true, rejectUnauthorized: false });
  return {
    async ask(url, { signal, ...asking } = {}) {
      const byProtocol = ({ protocol }: URL) => (protocol === "https:" ? secure : agent);
      const options = { ...asking, agent: byProtocol, ...(signal && { signal }) };
      const response = await fetch(url, options);
      return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
    },
    close() {
      agent.destroy();
      secure.destroy();
    },
  };
});
