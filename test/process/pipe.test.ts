import { describe, expect } from "vitest";
import { everywhere, onEach, run } from "./programs.ts";
import { transcript } from "./transcript.ts";

const END =
  "EOFError: Cannot receive from a pipe: the other end is closed, and nothing it sent is left";
const BROKEN =
  "BrokenPipeError: Cannot send to a pipe: the other end is closed, or its process has ended (EPIPE)";

describe("a pipe", () => {
  transcript("does what it says", "pipe", {
    // It goes both ways, and ends when the other end is closed.
    duplex: [
      '[1,null,xixi] {"a":[2]}',
      "   hello from here",
      END,
      BROKEN,
      END,
      "true false true true",
      "SocketError: Cannot send to a pipe: it is closed (EBADF)",
      "SocketError: Cannot receive from a pipe: it is closed (EBADF)",
    ],
    // It may go one way only.
    oneWay: [
      "true false false true",
      "SocketError: Cannot send to a pipe: it only receives (EBADF)",
      "SocketError: Cannot receive from a pipe: it only sends (EBADF)",
      "SocketError: Cannot poll a pipe: it only sends (EBADF)",
      'TypeError: Cannot make a pipe with "no" as duplex: pass true or false',
      "TypeError: Cannot make a pipe with false as options: pass an object such as { timeout: 5 } (milliseconds)",
      "false false",
      "true one true",
      "0 false",
      "two",
      END,
    ],
    // It takes messages of any size.
    large: ["[107,39739721,EOFError]"],
    // It brings the bytes that were sent, as a copy.
    content: [...new Array(5).fill("0 true"), "true"],
    // It connects two children.
    children: ["   HELLO, TOO", "0 0"],
    // It is open while any process has a copy of the other end.
    copies: [END, "[a0,a1,a2,b0,b1,b2]"],
    // It ends with the process at its other end.
    deaths: ["the last words", END, END, BROKEN, END],
    // It makes a sender wait whom nobody reads.
    full: ["true true", BROKEN],
    // It has ends that go over a queue.
    passing: [
      "passed on",
      END,
      "UnsendableError: Cannot send a connection to another process: it is a closed Connection; send an open end of a Pipe",
      "true",
    ],
  });

  onEach(everywhere, "reports a wait that nobody can end", async (runtime) => {
    const { code, stderr } = await run(runtime, "pipe", ["alone"]);
    expect(code).toBe(1);
    expect(stderr).toContain("receive from pipe#");
    expect(stderr).toContain("LoopExit");
  });
});
