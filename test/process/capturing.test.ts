import { describe, expect } from "vitest";
import { everywhere, onEach, run } from "./programs.ts";

const refused = (what: string, needs: string): string =>
  `TypeError: Cannot run ${what} in another process: MODULE does not export it, and it uses ${needs} from around it; pass that as arguments, or export it`;

describe("a function that uses what is around it", () => {
  onEach(everywhere, "is refused at the call, which names that", async (runtime) => {
    const { stderr, lines, code } = await run(runtime, "capturing");
    expect({ stderr, lines, code }).toEqual({
      stderr: "",
      lines: [
        refused("this function", "factor"),
        refused("this function", "factor and offset"),
        refused("this function", "offset"),
        refused('"shift"', "offset"),
        refused("this function", "shift"),
        ...new Array(9).fill(refused("this function", "offset")),
        'TypeError: Cannot run the function "bound shift" in another process: it is bound or native and has no source; pass an exported function that calls it',
        "TypeError: Cannot map 5: pass a function",
        "[ 3 ] 4",
      ],
      code: 0,
    });
  });
});
