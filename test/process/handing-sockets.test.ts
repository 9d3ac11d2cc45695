import { describe } from "vitest";
import { printsAll } from "./cases.ts";

const bySocket = (advice: string): string =>
  `UnsendableError: Cannot send a connection to another process: it is a Connection by socket; ${advice}`;
const elsewhere = bySocket(
  "pass it as an argument of a Process, send an end of a Pipe, or let the other process connect by itself",
);

describe("a connection by socket", () => {
  printsAll("moves to a child as its argument, with what was not received", "handing-sockets", {
    given: [
      "parent true",
      "child false true",
      '["answer","sent before"]',
      '["answer","sent after"]',
      "child saw the end",
      "0",
    ],
    several: ["0", "child got true", "1", "child got true", "2", "child got true", "0"],
    refused: [
      elsewhere,
      elsewhere,
      elsewhere,
      "UnsendableError: Cannot send args[1] to another process: it is a function; send its name, or the data that it needs",
      "false",
      bySocket("its other end is closed; receive what is left here"),
      bySocket("it is closed; send an open one"),
    ],
    died: ["child false true", "EOFError"],
  });
});
