import { describe } from "vitest";
import { printsAll } from "./cases.ts";

describe("an error of fibril's is of its class in every process", () => {
  printsAll("from workers of pools and executors, and over queues", "own-errors", {
    pool: [
      "Empty true",
      "Full true",
      "ShutDown true",
      "Timeout true",
      "BrokenBarrierError true",
      "ChannelClosed true",
      "CalledProcessError true",
      "1 false",
      "AuthenticationError true",
      "BrokenProcessPool true",
      "1 false",
      "BufferTooShort true",
      "3",
      "CancelledError true",
      "EOFError true",
      "MaybeEncodingError true",
      "ProcessError true",
      "SharedMemoryFull true",
      "UnsendableError true",
      "args[0] true",
      "WorkerDied true",
      "1 true",
      "no class: Error: a tin true",
    ],
    executor: ["Empty Empty", "Timeout", "no class: AuthenticationError: no"],
    queue: ["ShutDown", "in another child Empty", "0 0"],
  });
});
