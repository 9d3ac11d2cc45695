import { join } from "node:path";
import { expect } from "vitest";
import { root } from "../../scripts/toolchain.ts";
import { everywhere, onEach, type Runtime, start } from "./programs.ts";

/** Most of a child's time would be Node's reading of the sources. */
const compiled = { NODE_COMPILE_CACHE: join(root, ".cache/compile") };

/** The main process holds what else would be in shared memory. */
const brokered = { ...compiled, FIBRIL_SHM: "0" };

/** A case starts some children, each of which takes seconds where the machine is busy. */
const LIMIT_MS = 55_000;

/** Where cases are tried. */
export interface Places {
  /** Everywhere if nothing is said. */
  readonly shared?: readonly Runtime[];
  /** Where there is no shared memory; nowhere if nothing is said. */
  readonly brokered?: readonly Runtime[];
}

/** These cases of a fixture, one after the other in one program, print these lines and nothing on stderr. */
export function printsAll(
  what: string,
  fixture: string,
  cases: Readonly<Record<string, readonly string[]>>,
  places: Places = {},
): void {
  const { shared = everywhere, brokered: others = [] } = places;
  const check = (env: Record<string, string>) => async (runtime: Runtime) => {
    const options = { env, limit: LIMIT_MS };
    const { code, lines, stderr } = await start(runtime, fixture, Object.keys(cases), options)
      .ended;
    expect({ stderr, lines, code }).toEqual({
      stderr: "",
      lines: Object.values(cases).flat(),
      code: 0,
    });
  };
  onEach(shared, what, check(compiled));
  onEach(others, `${what}, without shared memory`, check(brokered));
}
