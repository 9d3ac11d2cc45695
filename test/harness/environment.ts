import { join } from "node:path";
import { root } from "../../scripts/toolchain.ts";

/**
 * For programs that tests start: without what would colour their output, and what a test runner
 * above us wants of its own children.
 */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const {
    FORCE_COLOR: _force,
    NODE_OPTIONS: _options,
    FIBRIL_DEBUG: _debug,
    VITEST: _vitest,
    ...rest
  } = process.env;
  return { ...rest, NO_COLOR: "1", NODE_NO_WARNINGS: "1", NODE_COMPILE_CACHE: compiled };
}

/** Hundreds of programs load the same two hundred modules: Node keeps them without their types there. */
const compiled = join(root, ".cache/compiled");
