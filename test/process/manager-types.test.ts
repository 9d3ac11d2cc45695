import { describe } from "vitest";
import { printsAll } from "./cases.ts";

describe("a manager", () => {
  printsAll(
    "makes proxies of a class of the program's own, and kills a server that stays",
    "manager-types",
    {
      proxytypes: [
        "true false 6",
        "true false 14",
        'TypeError: Cannot register "bad" with the proxytype the function "Counter": pass a class that extends Proxied',
      ],
      ends: [
        "it was killed",
        'TypeError: Cannot shut down a manager for "soon": pass milliseconds or a Duration, "2 seconds"',
      ],
    },
  );
});
