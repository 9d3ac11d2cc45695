import http from "node:http";
import https from "node:https";
import { behavesInFibers } from "./http-client.ts";

const { default: axios } = await import("axios");

behavesInFibers(() => {
  const httpAgent = new http.Agent({ keepAlive: true });
  const httpsAgent = new https.Agent({ keepAlive: true, rejectUnauthorized: false });
  const instance = axios.create({
    httpAgent,
    httpsAgent,
    responseType: "arraybuffer",
    transformRequest: (data) => data,
  });
  return {
    async ask(url, { body, ...asking } = {}) {
      const { signal, ...options } = asking;
      const config = { url, data: body, ...options, ...(signal && { signal }) };
      const { status, data } = await instance<Buffer>(config);
      return { status, body: data };
    },
    close() {
      httpAgent.destroy();
      httpsAgent.destroy();
    },
  };
});
