import { describe } from "vitest";
import { printsAll } from "./cases.ts";

describe("an executor", () => {
  printsAll("has futures, maps until the first error, and breaks with one worker", "executor", {
    futures: [
      "false false true true",
      "true true false",
      "CancelledError: The future was cancelled before it began CancelledError: The future was cancelled before it began",
      "false false false",
      "TimeoutError: Timed out after 1ms false",
      "done true true",
      "1000 false false",
      "3 undefined",
      "2 is even RangeError: 2 is even",
      "called back late",
      "[20,2]",
      "true true",
      "ProcessError: Cannot schedule new futures after shutdown: make another executor",
    ],
    maps: [
      "11 22 33 2 3 4",
      '{"done":false,"value":1} RangeError: 2 is even',
      '{"done":true}',
      "true",
      "RangeError: Cannot map with 0 items in a chunk: pass an integer >= 1",
      "TypeError: Cannot submit 5: pass a function",
      "RangeError: Cannot make a ProcessPoolExecutor with 0 processes: pass an integer >= 1",
      'TypeError: Cannot make a ProcessPoolExecutor with the option "workers": there are maxWorkers, initializer, initargs, maxTasksPerChild',
    ],
    broken: [
      "false false",
      "true false",
      "7 exitIf(2,2)",
      "true false",
      "7 exitIf(2,2)",
      "BrokenProcessPool: The worker with process id N ended with code 7 while it ran exitIf(2,2); the pool is broken and takes no more tasks",
      "BrokenProcessPool no licence",
    ],
  });
});
