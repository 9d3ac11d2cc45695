import { behavesInFibers } from "./http-client.ts";

const { default: ky } = await import("ky");

behavesInFibers(
  () => {
    const client = ky.create({ retry: 0 });
    return {
      async ask(url, { signal, ...asking } = {}) {
        const response = await client(url, { ...asking, ...(signal && { signal }) });
        return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
      },
    };
  },
  { keepsConnecting: true },
);
