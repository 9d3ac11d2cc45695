import { join } from "node:path";
import { expect } from "vitest";
import { root } from "../../scripts/toolchain.ts";
import { everywhere, onEach, start } from "./programs.ts";

/** Most of a child's time would be Node's reading of the sources. */
const env = { NODE_COMPILE_CACHE: join(root, ".cache/compile") };

/** On every runtime these cases of a fixture, one after the other in one program, print these lines and nothing on stderr. */
export function printsAll(
  what: string,
  fixture: string,
  cases: Readonly<Record<string, readonly string[]>>,
): void {
  onEach(everywhere, what, async (runtime) => {
    const { code, lines, stderr } = await start(runtime, fixture, Object.keys(cases), { env })
      .ended;
    expect({ stderr, lines, code }).toEqual({
      stderr: "",
      lines: Object.values(cases).flat(),
      code: 0,
    });
  });
}
