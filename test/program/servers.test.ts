import { connect, type Socket } from "node:net";
import { describe, expect } from "vitest";
import { current, onEach, pause, start } from "./run.ts";

/** Longer than any look for a deadlock takes, on Bun twice half a second. */
const QUIET_MS = 1300;

/** A client outside of the program: nothing in there knows when it will speak. */
async function speaking(port: string, words: string): Promise<Socket> {
  const socket = connect(Number(port), "127.0.0.1");
  socket.on("error", () => {});
  await new Promise((resolve) => socket.once("connect", resolve));
  await pause(QUIET_MS);
  socket.write(words);
  return socket;
}

describe("a program with a server", () => {
  onEach(current, "goes on until the server is stopped, and then ends", async (runtime) => {
    const program = start(runtime, "servers", ["serving"]);
    const port = await program.printed("port");
    await pause(QUIET_MS);
    const socket = await speaking(port, "stop\n");
    const { code, lines, stderr } = await program.ended;
    socket.destroy();
    expect([code, stderr]).toEqual([0, ""]);
    expect(lines.slice(1)).toEqual(["got stop", "handler over", "main over"]);
  });

  onEach(current, "is ended by SIGINT after every cleanup", async (runtime) => {
    const program = start(runtime, "servers", ["serving"]);
    const socket = await speaking(await program.printed("port"), "hello\n");
    await program.printed("got");
    program.signal("SIGINT");
    const { code, lines } = await program.ended;
    socket.destroy();
    expect(code).toBe(130);
    expect(lines.slice(2).toSorted()).toEqual(["handler over", "main over"]);
  });

  onEach(current, "goes on by a server that nobody waits for", async (runtime) => {
    const program = start(runtime, "servers", ["http"]);
    const port = await program.printed("port");
    const request = "GET / HTTP/1.1\r\nhost: x\r\n\r\n";
    const socket = await speaking(port, request);
    const { code, lines, stderr } = await program.ended;
    socket.destroy();
    expect([code, stderr, lines[1]]).toEqual([0, "", "asked"]);
  });

  onEach(current, "in which one fiber waits on a socket is no deadlock", async (runtime) => {
    const program = start(runtime, "servers", ["listening"]);
    const port = await program.printed("port");
    await pause(QUIET_MS);
    const socket = await speaking(port, "hello\n");
    const { code, lines, stderr } = await program.ended;
    socket.destroy();
    expect([code, stderr, lines[1]]).toEqual([0, "", "got hello"]);
  });
});
