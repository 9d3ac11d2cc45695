import { describe } from "vitest";
import { printsAll } from "./cases.ts";

const captured =
  "TypeError: Cannot run this function in another process: MODULE does not export it, and it uses one from around it; pass that as arguments, or export it";

describe("a manager", () => {
  printsAll("has pools whose workers are its server's, for all processes", "manager-pool", {
    calls: [
      "[3,6]",
      "[[10,20,30],[40]]",
      "[[3,7],[]]",
      '["ready",true]',
      "[true,true,true]",
      '[true,"nothing"]',
      "[true,2]",
      captured,
      "TypeError: Cannot map 5: pass a function",
      "TypeError: Cannot map over 5 in a manager: pass an array or another iterable; a Pool of this process takes async ones, too",
      "RangeError: Cannot map with 0 items in a chunk: pass an integer >= 1",
      'TypeError: Cannot map with the option "onProgress": there are timeout, retries, chunksize, stopOnError',
      captured,
      "ProcessError: Pool is still running: close or terminate it, then join",
      "ProcessError: Pool not running: it is closed and takes no more tasks",
      "RangeError: Cannot make a Pool with 0 processes: pass an integer >= 1",
    ],
    results: [
      "[false,true]",
      "[true]",
      "[true]",
      '["come",true,true]',
      "[[10,20],[10,20]]",
      '["Empty","Empty",true]',
      "[10,20,30]",
      '[{"done":false,"value":1},"Empty"]',
      '[{"done":false,"value":3},{"done":true}]',
      "[true]",
      '[{"done":false,"value":"in time"},{"done":true}]',
      "ProcessError: Pool not running: it is terminated and takes no more tasks",
    ],
    shared: ["in a child [ 10, 20 ]", "false true", "its workers end with the manager"],
  });
});
