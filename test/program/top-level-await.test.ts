import { createServer as createHttpServer } from "node:http";
import { connect } from "node:net";
import { describe, expect } from "vitest";
import { everywhere, onEach, pause, type Runtime, run, siteOf, start } from "./run.ts";

/**
 * Not Deno: it asks no listener while the main module awaits, and a listener of
 * SIGINT, which cleanups on Ctrl-C need, keeps it from seeing that the await
 * never settles. Such a program stays until it is interrupted.
 */
const sees: readonly Runtime[] = ["node", "node-22", "bun"];

describe("a top-level await that nothing can settle", () => {
  onEach(sees, "ends with the report of the fibers", async (runtime) => {
    const ended = await run(runtime, "top-level-await", ["fibers"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('Nothing can wake "stuck": 2 fibers are parked');
    expect(ended.stderr).toContain(siteOf("top-level-await", "the site of the stuck one"));
  });

  onEach(sees, "can be caught, and the program goes on", async (runtime) => {
    const ended = await run(runtime, "top-level-await", ["caught"]);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.lines).toEqual(["caught true", "went on"]);
  });

  onEach(sees, "may be one of a promise, while fibers are parked", async (runtime) => {
    const ended = await run(runtime, "top-level-await", ["promise"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain('Nothing can wake "stuck"');
  });

  onEach(sees, "ends even if a fiber catches every LoopExit", async (runtime) => {
    const ended = await run(runtime, "top-level-await", ["stubborn"]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toContain("stubborn  sleep(Infinity)");
  });
});

describe("a top-level await goes on after a long wait for", () => {
  const cases = {
    child: "got exit 0",
    timer: "got a timer",
    sleeper: "got sleep",
    worker: "got hi",
    finished: "done",
  };
  for (const [name, line] of Object.entries(cases)) {
    onEach(everywhere, name, async (runtime) => {
      const ended = await run(runtime, "top-level-await", [name]);
      expect(ended).toMatchObject({ code: 0, stderr: "" });
      expect(ended.lines).toEqual([line]);
    });
  }

  onEach(everywhere, "the client of a server", async (runtime) => {
    const program = start(runtime, "top-level-await", ["server"]);
    const port = Number(await program.printed("port"));
    await pause(2000);
    connect(port, "127.0.0.1").on("error", () => {});
    const ended = await program.ended;
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.lines.at(-1)).toBe("got a client");
  });

  onEach(everywhere, "the reply to a fetch", async (runtime) => {
    const server = createHttpServer((_request, reply) => {
      setTimeout(() => reply.end("a reply"), 2000);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const port = String((server.address() as { port: number }).port);
    const ended = await run(runtime, "top-level-await", ["fetch", port]);
    server.close();
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.lines).toEqual(["got a reply"]);
  });
});
